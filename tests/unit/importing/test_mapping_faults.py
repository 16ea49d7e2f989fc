"""Faults of mapping files of every kind: each is told with its line, and none costs time without end."""

from pathlib import Path
from typing import Any

import pytest

from domain.entities.registry import BUILT_IN
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import FilePlan, plan_import
from domain.importing.records.records import CustomerRecord
from domain.importing.source.csv_source import GoodRecord
from domain.importing.source.refusal import UnreadableFileError

LINES = """system: crm
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields:
          kind: {constant: PERSON}
          family_name: name
          birth_date: {column: born}
        contact_points:
          - {kind: EMAIL, value: mail, preferred: true}
        tags: [group]
"""
HEADER = "id,name,born,mail,group\n"


def planned(tmp_path: Path, mapping: str | bytes, content: str = HEADER) -> FilePlan:
    written = mapping.encode() if isinstance(mapping, str) else mapping
    (tmp_path / "m.yaml").write_bytes(written)
    (tmp_path / "people.csv").write_text(content)
    return plan_import(parse_mapping(tmp_path / "m.yaml", BUILT_IN), [tmp_path / "people.csv"])[0]


FAULTS = [
    ("system: crm", "system: crm\ntime_zone: Europe", 2, "time zone"),
    ("system: crm", "system: crm\ntime_zone: ../etc", 2, "time zone"),
    ("        reference", "\treference", 6, "indent with spaces"),
    ("reference: id", "reference: id\n        reference: id", 6, "twice"),
    ("reference: id", "reference: [id", 7, ""),
    ("reference: id", "reference: *nothing", 6, "nothing"),
    ("reference: id", "reference: {{id}}", 6, ""),
    ("reference: id", "refrence: id", 6, "unknown field `refrence`.*did you mean `reference`"),
    ("    records:", "    delimeter: ';'\n    records:", 4, "did you mean `delimiter`"),
    ("file: people.csv", "file: data/people.csv", 3, "without a directory"),
    ("target: customer", "target: custommer", 5, "custommer"),
    ("family_name: name", "family_nam: name", 9, "family_name"),
    ("family_name: name", "family_name: 7", 9, "Expected"),
    ("family_name: name", "family_name: [name]", 9, "Expected"),
    ("family_name: name", "family_name: {colum: name}", 9, "did you mean `column`"),
    ("family_name: name", "family_name: {column: ' '}", 9, "name a column"),
    ("family_name: name", "family_name: {column: name, transform: trim}", 9, "Expected"),
    ("family_name: name", "family_name: {column: name, transform: [trm]}", 9, "trim"),
    ("family_name: name", "family_name: {column: name, transform: [{1: 2}]}", 9, ""),
    ("family_name: name", "family_name: {column: name, transform: [{map: [a]}]}", 9, "pairs"),
    ("family_name: name", "family_name: {column: name, transform: [{map: {~: a}}]}", 9, "null"),
    ("family_name: name", "family_name: {column: name, transform: [{map: {a: [b]}}]}", 9, "pairs"),
    ("family_name: name", "family_name: {column: name, transform: [{decimal: [x]}]}", 9, "mark"),
    ("family_name: name", "family_name: {column: name, transform: [{lookup: [x]}]}", 9, "lookup"),
    ("family_name: name", "family_name: {column: name, transform: [{date: 7}]}", 9, "form"),
    ("family_name: name", "family_name: {column: name, transform: [{date: '%Y %Y'}]}", 9, "form"),
    ("family_name: name", "family_name: {column: name, transform: [{trim: {a: b}}]}", 9, "trim"),
    (
        "family_name: name",
        "family_name: {column: name, transform: [{given_name: {order: [x]}}]}",
        9,
        "order",
    ),
    ("{column: born}", "{column: born, invalid: mayby}", 10, "mayby"),
    ("{column: born}", "!!python/object:os.system {}", 10, ""),
    ("preferred: true", "preferred: perhaps", 12, "Expected `bool`"),
    ("kind: EMAIL", "kind: E-MAIL", 12, "EMAIL"),
    ("tags: [group]", "tags: group", 13, "Expected `array"),
    ("tags: [group]", "custom_fields: {a: {colum: b}}", 13, "did you mean `column`"),
    ("tags: [group]", "? [a, b]\n        : c", 13, ""),
    ("tags: [group]", "tags: [group]\n\x01", 14, "a character"),
    ("tags: [group]", "tags: [grupo]", 13, "people.csv lacks the columns .* grupo"),
    ("tags: [group]", "tags: [{template: 'x {grupo}'}]", 13, "lacks the columns .* grupo"),
    ("tags: [group]", "tags: [GROUP]", 13, "the file has `group`"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert planned(tmp_path, LINES).makers
    with pytest.raises((MappingError, UnreadableFileError), match=said or "m.yaml") as refused:
        planned(tmp_path, LINES.replace(old, new))
    assert f"m.yaml:{line}:" in str(refused.value)


def test_aliases_that_multiply_or_hold_themselves_are_refused_at_once(tmp_path: Path) -> None:
    bomb = "join: [" + ", ".join(["&a0 {constant: x}"] + ["*a0"] * 9) + "]"
    for depth in range(1, 9):
        bomb = "join: [" + f"&a{depth} {{{bomb}}}, " + ", ".join([f"*a{depth}"] * 9) + "]"
    with pytest.raises(MappingError, match=r"m\.yaml:9:\d+: .*aliases"):
        planned(tmp_path, LINES.replace("family_name: name", f"family_name: {{{bomb}}}"))
    itself = "family_name: &a {join: [*a]}"
    with pytest.raises(MappingError, match=r"m\.yaml:9:\d+: .*holds itself"):
        planned(tmp_path, LINES.replace("family_name: name", itself))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(tmp_path: Path, opening: str) -> None:
    with pytest.raises(MappingError, match=r"m\.yaml.*(nested too deeply|not YAML)"):
        planned(tmp_path, opening * 20_000)


def test_an_alias_and_a_merge_are_understood(tmp_path: Path) -> None:
    mapping = LINES.replace("{column: born}", "&b {column: born}")
    mapping += "        custom_fields: {born: *b, again: {<<: *b, invalid: skip}}\n"
    assert planned(tmp_path, mapping).makers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing\n",
        b"text",
        b"[]",
        b"7",
        "system: Zoë".encode("cp1252"),
        b"\xff\xfea\0",
        b"a: 1\n---\nb: 2\n",
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MappingError, match=r"m\.yaml"):
        planned(tmp_path, content)


def test_a_mapping_that_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", tmp_path / ("n" * 300)):
        with pytest.raises(MappingError, match="cannot be read"):
            parse_mapping(path, BUILT_IN)
    with pytest.raises(MappingError, match="at most"):
        parse_mapping(Path("/dev/zero"), BUILT_IN)


def test_a_file_that_stands_twice_is_refused(tmp_path: Path) -> None:
    more = "  - {file: people.csv, records: [{target: customer, reference: id}]}\n"
    with pytest.raises(MappingError, match=r"m\.yaml:14:\d+: .*twice"):
        planned(tmp_path, LINES + more)


def value(tmp_path: Path, spec: str, cell: str = "x") -> Any:
    plan = planned(tmp_path, LINES.replace("name: name", f"name: {spec}"), f"{HEADER}1,{cell},,,\n")
    (row,) = [one.cells for one in plan.source.records() if isinstance(one, GoodRecord)]
    record = plan.makers[0].make(row)
    assert isinstance(record, CustomerRecord)
    return record.values["family_name"]


@pytest.mark.parametrize(
    "text",
    ["007", "0049", "1.10", "1_000", "0x1F", "12:30", "2024-01-31", "2024-13-45", "1e3", "+5", "7"],
)
def test_what_yaml_takes_for_a_number_or_a_day_stays_as_it_is_written(
    tmp_path: Path, text: str
) -> None:
    assert value(tmp_path, f"{{constant: {text}}}") == text
    assert value(tmp_path, f"{{column: name, transform: [{{map: {{{text}: A}}}}]}}", text) == "A"
    assert value(tmp_path, f"{{column: name, transform: [{{map: {{x: {text}}}}}]}}") == text


def test_signs_of_patterns_in_a_map_stand_for_themselves(tmp_path: Path) -> None:
    step = "{column: name, transform: [{map: {'a[bc]?*': A, else: keep}}]}"
    assert value(tmp_path, step, "a[bc]?x") == "A"
    assert value(tmp_path, step, "abzx") == "abzx"


@pytest.mark.parametrize(
    "header",
    ["\ufeffid,First\u00a0 Name,x", 'id," First\nName ",x', "id\u200b,First\u2007Name,x,,"],
)
def test_a_column_is_found_whatever_nobody_sees_in_its_name(tmp_path: Path, header: str) -> None:
    mapping = """system: crm
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: First Name}
        tags: [{template: "{First\u00a0Name}"}]
"""
    assert planned(tmp_path, mapping, f"{header}\n1,Two,\n").makers
