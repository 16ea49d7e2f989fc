import tracemalloc
from pathlib import Path

import pytest

from domain.importing.source.csv_source import (
    RECORD_LINES_MAX,
    BadRecord,
    CsvSource,
    GoodRecord,
)
from domain.importing.source.refusal import UnreadableFileError


def source(tmp_path: Path, content: bytes, encoding: str | None = None) -> CsvSource:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    return CsvSource(path, encoding=encoding)


def read(tmp_path: Path, content: bytes) -> list[tuple[int, str]]:
    """Line and first cell of each good record, line and code of each bad one."""
    return [
        (r.line, r.code if isinstance(r, BadRecord) else r.cells["id"])
        for r in source(tmp_path, content).records()
    ]


def test_records_have_the_line_they_begin_on(tmp_path: Path) -> None:
    content = b'id,note\n1,"two\nlines"\n\n2,"a ""quote"""\r\n3,x'
    assert read(tmp_path, content) == [(2, "1"), (5, "2"), (6, "3")]
    records = list(source(tmp_path, content).records())
    assert records[0] == GoodRecord(2, {"id": "1", "note": "two\nlines"})
    assert records[1] == GoodRecord(5, {"id": "2", "note": 'a "quote"'})


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert source(tmp_path, b"\xef\xbb\xbfid,name\n").header() == ("id", "name")


def test_another_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    latin = source(tmp_path, "id,name\n1,Müller\n".encode("latin-1"), "latin-1")
    assert list(latin.records()) == [GoodRecord(2, {"id": "1", "name": "Müller"})]


def test_a_row_in_another_encoding_than_the_stated_one_refuses_the_file(tmp_path: Path) -> None:
    content = b"id,name\n1,Miller\n2,M\xfcller\n3,Meier\n"
    with pytest.raises(UnreadableFileError, match=r"line 3: it is not UTF-8: leave `encoding` out"):
        source(tmp_path, content, "utf-8").header()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n,,,\n", "empty"),
        (b'id,"name\n', "header"),
    ],
)
def test_a_header_that_cannot_be_read_refuses_the_file(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        source(tmp_path, content).header()


@pytest.mark.parametrize("encoding", ["base64", "klingon", "utf-16"])
def test_an_encoding_that_is_none_or_not_that_of_the_file_is_refused(
    tmp_path: Path, encoding: str
) -> None:
    with pytest.raises(UnreadableFileError, match=r"UTF-8|leave `encoding` out"):
        source(tmp_path, b"id\n1\n2\n", encoding).header()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="check the path"):
        CsvSource(tmp_path / "missing.csv").header()


@pytest.mark.parametrize("rows_after", [2, RECORD_LINES_MAX + 500])
def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path, rows_after: int) -> None:
    after = b"".join(b"%d,x\n" % i for i in range(rows_after))
    found = read(tmp_path, b'id,note\n1,"never closed\n' + after)
    assert found == [(2, "UNCLOSED_QUOTE"), *((i + 3, str(i)) for i in range(rows_after))]


def test_an_unclosed_quote_before_a_quoted_cell_costs_its_own_line_only(tmp_path: Path) -> None:
    found = read(tmp_path, b'id,note\n1,"never closed\n2,"closed"\n3,"too"\n')
    assert found == [(2, "UNCLOSED_QUOTE"), (3, "2"), (4, "3")]


def test_a_row_with_too_few_or_too_many_cells_is_rejected(tmp_path: Path) -> None:
    content = b"id,a,b\n1\n2,x,y\n3,x,y,z\n"
    assert read(tmp_path, content) == [(2, "COLUMNS"), (3, "2"), (4, "COLUMNS")]


def test_a_cell_of_ten_megabytes_is_rejected_without_being_held_in_memory(tmp_path: Path) -> None:
    content = b"id,note\n1," + b"x" * 10_000_000 + b"\n2,x\n"
    reading = source(tmp_path, content)
    tracemalloc.start()
    found = [(r.line, isinstance(r, BadRecord)) for r in reading.records()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(2, True), (3, False)]
    assert peak < 4_000_000


def test_a_quoted_cell_of_ten_megabytes_over_many_lines_is_rejected(tmp_path: Path) -> None:
    content = b'id,note\n1,"' + b"x" * 1_000 + b"\n" * 10_000 + b'"\n2,x\n'
    found = read(tmp_path, content)
    assert found[0] == (2, "UNCLOSED_QUOTE")
    assert found[-1] == (10_003, "2")


def test_a_cell_beyond_the_limit_of_the_parser_is_rejected(tmp_path: Path) -> None:
    content = b"id,note\n1," + b"x" * 200_000 + b"\n2,x\n"
    assert read(tmp_path, content) == [(2, "TOO_LONG"), (3, "2")]
