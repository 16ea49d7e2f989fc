"""Files that are no CSV, or not whole, or another one a moment later: each is refused with what it is."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from domain.importing.guide.suggest import suggested
from domain.importing.source.csv_source import BadRecord, CsvSource, GoodRecord
from domain.importing.source.refusal import UnreadableFileError


def archive(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, "id,name\n1,Zebulon\n")
    return made.getvalue()


KINDS = {
    "workbook": (archive("[Content_Types].xml"), "workbook"),
    "zip": (archive("people.csv"), "ZIP archive"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, "Excel"),
    "gzip": (gzip.compress(b"id,name\n1,Zebulon\n"), "gzip"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
    "sqlite": (b"SQLite format 3\0\x10\0", "SQLite"),
    "html": (b"\xef\xbb\xbf\n<html><table><tr><td>Zebulon</td></tr></table>", "HTML"),
    "html in UTF-16": ("\ufeff<table><tr><td>Zebulon".encode("utf-16-le"), "HTML"),
    "xml": (b'<?xml version="1.0"?>\n<Workbook/>', "XML"),
    "json": (b'[\n  {"id": 1, "name": "Zebulon"}\n]', "JSON"),
    "vcard": (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zebulon\r\nEND:VCARD\r\n", "vCards"),
    "iso-2022-jp": ("id,name\n1,田中\n".encode("iso2022_jp"), "iso2022_jp"),
    "nul": (b"id,name\0\n1,Zebulon\n", "NUL"),
    "empty": (b"", "empty"),
    "mark only": (b"\xef\xbb\xbf", "empty"),
    "line ends only": (b"\r\n\n\r\r\n", "empty"),
    "endless line": (b"a," * 600_000, "longer than"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_csv_is_told_with_what_it_is(tmp_path: Path, kind: str) -> None:
    content, what = KINDS[kind]
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    for read in (lambda: suggested(path), lambda: CsvSource(path).header()):
        with pytest.raises(UnreadableFileError, match=what) as refused:
            read()
        assert "Zebulon" not in str(refused.value)
    if what not in {"empty", "NUL", "longer than", "iso2022_jp"}:
        with pytest.raises(UnreadableFileError, match=what):
            CsvSource(path, encoding="cp1252").header()


def test_what_only_looks_so_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    for header in ("BZ,name", "PKZ,name", "[id],name", "GIF,name", "{id},name", "xml,<html>"):
        path.write_text(f"{header}\n1,x\n")
        assert len(list(CsvSource(path).records())) == 1


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv", "missing.csv", "n" * 300, "a\0b"):
        for read in (suggested, lambda path: CsvSource(path).header()):
            with pytest.raises(UnreadableFileError, match=r"no regular file|check the path"):
                read(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Miller", "Müller", "Иван Петров", "田中太郎", "Āboliņš"])
def test_wide_encodings_need_no_mark(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(f"id;name\r\n1;{name}\r\n".encode(encoding))
    (row,) = CsvSource(path).records()
    assert isinstance(row, GoodRecord)
    assert row.cells == {"id": "1", "name": name}


@pytest.mark.parametrize(
    "content",
    [
        b"id,n\r1,a\r\n2,b\n3,c\r",
        b"id,n\n1,a\r2,b\r\n3,c\r",
        b"id,n\r\n1,a\n2,b\r3,c",
        b'id,n\r1,"a"\r\n2,b\r\n3,c\n',
    ],
)
def test_lines_may_end_in_different_ways(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    found = [(r.line, r.cells["n"]) for r in CsvSource(path).records() if isinstance(r, GoodRecord)]
    assert found == [(2, "a"), (3, "b"), (4, "c")]


def test_a_line_that_ends_with_cr_far_below_costs_itself_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"id,n\n" + b"1,a\n" * 20_000 + b"2,b\r3,c\n4,d\n")
    bad = [r for r in CsvSource(path).records() if isinstance(r, BadRecord)]
    assert [(r.line, "ends with CR alone" in r.reason) for r in bad] == [(20_002, True)]


def test_a_space_before_a_quote_is_none_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('id, name, note\n1, "Two, A", "x ""y"""\n2,  Six ,\n')
    rows = [r.cells for r in CsvSource(path).records() if isinstance(r, GoodRecord)]
    assert rows[0] == {"id": "1", "name": "Two, A", "note": 'x "y"'}
    assert rows[1]["name"].strip() == "Six"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("change", ["longer", "shorter", "other", "gone"])
def test_a_file_that_changes_while_it_is_read_is_noticed(
    tmp_path: Path, encoding: str, change: str
) -> None:
    path = tmp_path / "people.csv"
    content = ("id,name\n" + "1,Müller\n" * 50_000).encode(encoding)
    path.write_bytes(content)
    source = CsvSource(path)
    records = source.records()
    next(records)
    if change == "gone":
        path.unlink()
        assert sum(1 for _ in records) == 49_999, "what is open stays as it is"
        with pytest.raises(UnreadableFileError, match="check the path"):
            source.header()
        return
    made = {"longer": content + content, "shorter": content[:501], "other": b"\xff" * len(content)}
    os.truncate(path, 0)
    with path.open("r+b") as file:
        file.write(made[change])
    with pytest.raises(UnreadableFileError, match="changed while it was read"):
        list(records)
    with pytest.raises(UnreadableFileError, match="changed while it was read"):
        source.header()
