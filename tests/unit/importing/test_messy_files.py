"""Files as strangers send them: O23, O28, O37 and their kind. docs/importing.md names these tests."""

import codecs
from pathlib import Path

import pytest

from domain.importing.source.csv_source import BadRecord, CsvSource
from domain.importing.source.refusal import UnreadableFileError

Rows = list[dict[str, str] | str]


def source(tmp_path: Path, content: bytes, **stated: str) -> CsvSource:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    return CsvSource(path, **stated)


def rows(source: CsvSource) -> Rows:
    """The cells of each good record, line and code of each bad one."""
    return [f"{r.line} {r.code}" if isinstance(r, BadRecord) else r.cells for r in source.records()]


TEXT = "id;last;city\n1;Müller;Köln\n2;José;“Über”\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "shown"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "UTF-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16-LE"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16-BE"),
        ("utf-16-le", b"", "UTF-16-LE"),
        ("utf-16-be", b"", "UTF-16-BE"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "UTF-32-LE"),
        ("cp1252", b"", "Windows-1252"),
        ("mac-roman", b"", "Mac Roman"),
    ],
)
def test_the_encoding_is_recognised_and_told(
    tmp_path: Path, encoding: str, mark: bytes, shown: str
) -> None:
    messy = source(tmp_path, mark + TEXT.encode(encoding))
    assert rows(messy) == [
        {"id": "1", "last": "Müller", "city": "Köln"},
        {"id": "2", "last": "José", "city": "“Über”"},
    ]
    assert messy.encoding.shown == shown


@pytest.mark.parametrize(
    "text",
    [
        "id,n\n1,Müller\n2,Größe\n3,Straße\n",
        "id,n\n1,René\n2,François\n3,Noël\n4,où\n",
        "id,n\n1,Muñoz\n2,Íñigo\n3,García\n",
        "id,n\n1,Søren\n2,Møller\n3,Åse\n",
        "id,n\n1,MÜLLER\n2,STRAßE\n3,JÄGER\n",
    ],
)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman"])
def test_western_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    found = [row["n"] for row in rows(source(tmp_path, text.encode(encoding))) if row != ""]  # type: ignore[index] # All are good.
    assert found == [line.split(",")[1] for line in text.splitlines()[1:]]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Иван Петров", "cp1251"),
        ("Иван", "koi8-r"),
        ("田中太郎", "shift_jis"),
        ("Wałęsa", "cp1250"),
        ("Dvořák, Růžička, Šťastný, Jiří", "cp1250"),
        ("Güneş, Bar\u0131ş", "cp1254"),
        ("Müller, Jäger, Größe", "cp850"),
    ],
)
def test_an_encoding_that_cannot_be_told_refuses_the_file_with_the_remedy(
    tmp_path: Path, text: str, encoding: str
) -> None:
    content = f'id,name\n1,Plain\n2,"{text}"\n'.encode(encoding)
    with pytest.raises(
        UnreadableFileError, match=r"line 3.*save it as UTF-8, or state it"
    ) as refused:
        source(tmp_path, content).header()
    assert text[:3] not in str(refused.value)
    stated = rows(source(tmp_path, content, encoding=encoding))
    assert stated[1] == {"id": "2", "name": text}


@pytest.mark.parametrize(
    ("content", "stated"),
    [
        (TEXT.encode("cp1252"), "utf-8"),
        (TEXT.encode(), "cp1252"),
        (TEXT.encode(), "latin-1"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-8"),
        (TEXT.encode("utf-16-le"), "utf-8"),
    ],
)
def test_a_stated_encoding_that_is_wrong_refuses_the_whole_file(
    tmp_path: Path, content: bytes, stated: str
) -> None:
    with pytest.raises(UnreadableFileError, match="leave `encoding` out") as refused:
        rows(source(tmp_path, content, encoding=stated))
    assert "ller" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "Müller".encode().decode("cp1252"),
        "Müller".encode().decode("mac-roman"),
        "O’Brien".encode().decode("cp1252"),
        "Łukasz".encode().decode("cp1252", "replace"),
        "José".encode().decode("latin-1"),
        "M\ufffdller",
    ],
)
def test_text_that_was_read_wrong_before_is_refused_rejected_or_kept(
    tmp_path: Path, name: str
) -> None:
    content = f"id,name\n1,Plain\n2,{name}\n3,Zoë\n".encode()
    with pytest.raises(UnreadableFileError, match=r"line 3: .*`garbled: reject`"):
        source(tmp_path, content).header()
    assert rows(source(tmp_path, content, garbled="reject"))[1] == "3 ENCODING"
    assert rows(source(tmp_path, content, garbled="keep"))[1] == {"id": "2", "name": name}


@pytest.mark.parametrize(
    "name", ["João", "Ânia", "ÀÉÎ", "Ñuñoa", "CONCEIÇÃO", "Ærø", "Ünal", "Ďuriš"]
)
def test_a_name_that_only_looks_odd_is_taken(tmp_path: Path, name: str) -> None:
    assert rows(source(tmp_path, f"id,name\n1,{name}\n".encode())) == [{"id": "1", "name": name}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "last", "note"], ["1", "Two", '"a;b,c|d\te"'], ["2", "Six", "x"]]
    messy = source(tmp_path, "\n".join(map(delimiter.join, lines)).encode())
    assert rows(messy)[0] == {"id": "1", "last": "Two", "note": "a;b,c|d\te"}
    assert messy.dialect.delimiter == delimiter


def test_a_semicolon_wins_over_the_commas_of_its_cells(tmp_path: Path) -> None:
    content = b"id;name, first;amount\n1;Two, A;1,5\n2;Six, B;2,5\n3;Ten, C;3\n"
    assert rows(source(tmp_path, content))[0] == {
        "id": "1",
        "name, first": "Two, A",
        "amount": "1,5",
    }


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    assert rows(source(tmp_path, b"mail\na@example.org\n")) == [{"mail": "a@example.org"}]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_o28_the_line_sep_is_understood(tmp_path: Path, first: str, end: str) -> None:
    messy = source(tmp_path, end.join([first, "id;last", "1;Two", ""]).encode())
    assert rows(messy) == [{"id": "1", "last": "Two"}]
    assert messy.dialect.has_sep


@pytest.mark.parametrize("encoding", ["utf-8", "mac-roman", "cp1252"])
def test_o28_a_file_with_cr_only_is_read(tmp_path: Path, encoding: str) -> None:
    text = 'id,note\r1,"zwölf\nZeilen"\r2,für\r\r3,'
    assert rows(source(tmp_path, text.encode(encoding))) == [
        {"id": "1", "note": "zwölf\nZeilen"},
        {"id": "2", "note": "für"},
        {"id": "3", "note": ""},
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"id;last;;\n1;Two;;\n",
        b"id;last;;;;;;\n1;Two\n",
        b"id;last; ;\n1;Two;;;;;\n",
        b'"id";"last";"";""\n"1";"Two";"";""\n',
    ],
)
def test_o23_columns_without_a_name_at_the_end_are_ignored(tmp_path: Path, content: bytes) -> None:
    messy = source(tmp_path, content)
    assert messy.header() == ("id", "last")
    assert rows(messy) == [{"id": "1", "last": "Two"}]


def test_o23_a_value_under_no_name_is_told(tmp_path: Path) -> None:
    assert rows(source(tmp_path, b"id;last;;\n1;Two;;x\n2;Six;;\n")) == [
        "2 COLUMNS",
        {"id": "2", "last": "Six"},
    ]


def test_o37_a_row_that_lacks_its_last_empty_cells_is_taken(tmp_path: Path) -> None:
    content = b"id;last;mail;phone\n1;Two\n2;Six;a@b.example\n3\n4;Ten;;;\n"
    assert rows(source(tmp_path, content)) == [
        {"id": "1", "last": "Two", "mail": "", "phone": ""},
        {"id": "2", "last": "Six", "mail": "a@b.example", "phone": ""},
        "4 COLUMNS",
        {"id": "4", "last": "Ten", "mail": "", "phone": ""},
    ]


@pytest.mark.parametrize("row", [";;;", '"";"";"";""', " ; ;", ";", "   ", ";;;;;;;;"])
def test_o37_a_row_of_delimiters_only_is_passed_over_and_counted(tmp_path: Path, row: str) -> None:
    messy = source(tmp_path, f"id;last;mail;phone\n1;Two;;\n{row}\n2;Six;;\n{row}\n".encode())
    assert [row["id"] for row in rows(messy) if isinstance(row, dict)] == ["1", "2"]
    assert (messy.blank_rows, len(rows(messy))) == (2, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('2,"a"b', "QUOTES"),
        ('2,"a" "b"', "QUOTES"),
        ('2,"never closed', "UNCLOSED_QUOTE"),
        ("2,a\0b", "NUL"),
        ("2,a,b", "COLUMNS"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_costs_no_other(
    tmp_path: Path, row: str, code: str
) -> None:
    content = f'id,note\n1,"two\nlines"\n{row}\n3,x\n'.encode()
    found = rows(source(tmp_path, content))
    assert found == [{"id": "1", "note": "two\nlines"}, f"4 {code}", {"id": "3", "note": "x"}]


def test_a_quote_that_is_never_closed_before_a_cell_of_megabytes_is_told_as_such(
    tmp_path: Path,
) -> None:
    content = b'id,note\n1,"open\n2,' + b"x" * 1_500_000 + b"\n3,x\n"
    found = rows(source(tmp_path, content))
    assert found == ["2 UNCLOSED_QUOTE", "3 TOO_LONG", {"id": "3", "note": "x"}]


def test_a_sign_for_inches_is_no_quote(tmp_path: Path) -> None:
    content = b'id,note\n1,5" disk\n2,7" disk\n3,"a ""b"""\n'
    assert [row["note"] for row in rows(source(tmp_path, content)) if isinstance(row, dict)] == [
        '5" disk',
        '7" disk',
        'a "b"',
    ]


def test_the_end_of_a_file_of_dos_is_no_row(tmp_path: Path) -> None:
    assert rows(source(tmp_path, b"id,note\r\n1,x\r\n\x1a")) == [{"id": "1", "note": "x"}]


def test_a_reason_never_repeats_a_cell(tmp_path: Path) -> None:
    content = b'id,note\n1,"Secret"Person\n2,Secret,Person,x\n3,"Secret'
    said = [r.reason for r in source(tmp_path, content).records() if isinstance(r, BadRecord)]
    assert len(said) == 3
    assert not any("Secret" in reason for reason in said)


HEAD = "id;kind;last;first;org;mail;phone;country"
LONG = "50;person;A;B;;a@b.example;;Germany;x;y"
GOOD = "51;person;C;D;;c@d.example;;Germany"


@pytest.mark.parametrize(
    ("delimiter", "lines"),
    [
        (";", [GOOD, LONG, GOOD]),
        (";", [LONG]),
        ("|", [LONG, LONG, GOOD]),
        ("\t", [GOOD, LONG] * 5),
    ],
)
def test_the_header_decides_on_the_delimiter_and_only_long_rows_are_rejected(
    tmp_path: Path, delimiter: str, lines: list[str]
) -> None:
    content = "\n".join([HEAD, *lines]).replace(";", delimiter)
    found = rows(source(tmp_path, content.encode()))
    wrong = [f"{at} COLUMNS" for at, line in enumerate(lines, 2) if line == LONG]
    assert [row for row in found if isinstance(row, str)] == wrong
    assert len(found) == len(lines)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Иван Петров", "cp1251"),
        ("Ольга Смирнова", "koi8-r"),
        ("Наталья Кузнецова", "cp1251"),
        ("Wałęsa", "cp1250"),
        ("田中太郎", "shift_jis"),
        ("김철수", "euc_kr"),
    ],
)
def test_a_short_text_names_the_likely_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        source(tmp_path, f"id,name\n1,{text}\n".encode(encoding)).header()
    said = str(refused.value)
    assert encoding in said
    assert "hkscs" not in said
    assert "too short to tell" in said
