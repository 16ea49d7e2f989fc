"""What a mapping may say of cells that are empty or wrong, and where a mistake in it stands."""

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
from domain.values.errors import InvalidInputError

MAPPING = """
system: crm
files:
  - file: people.csv%s
    records:
      - target: customer
        reference: id
        fields:
          kind: {constant: PERSON}
          family_name: %s
          birth_date: {column: born%s}
        contact_points:
          - {kind: EMAIL, value: {column: mail%s}}
"""
HEADER = "id,name,born,mail\n"


def planned(tmp_path: Path, mapping: str, content: str) -> FilePlan:
    (tmp_path / "m.yaml").write_text(mapping)
    (tmp_path / "people.csv").write_text(content)
    return plan_import(parse_mapping(tmp_path / "m.yaml", BUILT_IN), [tmp_path / "people.csv"])[0]


def values(tmp_path: Path, mapping: str, row: str) -> dict[str, Any]:
    plan = planned(tmp_path, mapping, f"{HEADER}{row}\n")
    record = plan.makers[0].make(
        next(r.cells for r in plan.source.records() if isinstance(r, GoodRecord))
    )
    assert isinstance(record, CustomerRecord)
    return dict(record.values)


@pytest.mark.parametrize("cell", ["n/a", "N/A", " - ", "NULL", "null", "~", "0", ""])
def test_cells_that_count_as_blank_are_empty(tmp_path: Path, cell: str) -> None:
    blank = '\n    blank: ["n/a", "-", NULL, 0]'
    found = values(tmp_path, MAPPING % (blank, "name", "", ""), f"1,Two,{cell},{cell}")
    assert (found["birth_date"], found["contact_points"]) == (None, [])


def test_blank_of_a_field_stands_instead_of_that_of_the_file(tmp_path: Path) -> None:
    mapping = MAPPING % ('\n    blank: ["-"]', "{column: name, blank: []}", ", blank: [never]", "")
    found = values(tmp_path, mapping, "1,-,never,-")
    assert (found["family_name"], found["birth_date"]) == ("-", None)


@pytest.mark.parametrize(
    "name", ["{template: '{name}{born}'}", "{join: [name, born], separator: ''}"]
)
def test_blank_holds_within_templates_and_joins(tmp_path: Path, name: str) -> None:
    mapping = MAPPING % ('\n    blank: ["n/a"]', name, ", blank: ['n/a', Two]", "")
    assert values(tmp_path, mapping, "1,Two,n/a,")["family_name"] == "Two"


def test_all_faults_of_a_row_are_told_together_with_their_columns(tmp_path: Path) -> None:
    mapping = MAPPING % ("", "{column: name, transform: [{map: {a: b}}]}", "", "")
    plan = planned(tmp_path, mapping, f"{HEADER}1,Two,yesterday,\n")
    (row,) = [r for r in plan.source.records() if isinstance(r, GoodRecord)]
    (maker,) = plan.makers
    attempt = maker.attempt(row.cells)
    told = [(e.path[0], maker.origin(e.path[0], None, row.cells)) for e in attempt.faults]
    assert told == [("family_name", "name"), ("birth_date", "born")]
    with pytest.raises(InvalidInputError) as refused:
        maker.make(row.cells)
    assert [fault.path for fault in refused.value.faults] == [("family_name",), ("birth_date",)]
    assert "yesterday" not in repr(attempt.faults)


def test_a_value_that_cannot_be_is_left_out_where_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = MAPPING % ("", "name", ", invalid: skip", "")
    assert "birth_date" not in values(tmp_path, mapping, "1,Two,yesterday,")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("reference: id", "reference: {system: a, id: {column: id, invalid: skip}}", "reference"),
        ("{constant: PERSON}", "{column: name, invalid: skip}", "fields.kind"),
        ("invalid: skip", "invalid: maybe", "invalid"),
    ],
)
def test_what_a_record_cannot_do_without_is_never_skipped(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    mapping = MAPPING % ("", "name", ", invalid: skip", "")
    with pytest.raises(MappingError, match=where):
        planned(tmp_path, mapping.replace(old, new), HEADER)


def test_map_leaves_others_as_they_are_where_it_says_so(tmp_path: Path) -> None:
    step = "{column: name, transform: [{map: {a: B, 'x*': Y, else: keep}}]}"
    for cell, expected in (("a", "B"), ("xyz", "Y"), ("Other", "Other")):
        assert (
            values(tmp_path, MAPPING % ("", step, "", ""), f"1,{cell},,")["family_name"] == expected
        )


@pytest.mark.parametrize("rest", ["else: B", "else: keep, otherwise: C", "else: refuse"])
def test_map_knows_no_other_else(tmp_path: Path, rest: str) -> None:
    step = f"{{column: name, transform: [{{map: {{a: B, {rest}}}}}]}}"
    with pytest.raises(MappingError, match="else: keep"):
        planned(tmp_path, MAPPING % ("", step, "", ""), HEADER)


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        ("system: [", r"line 2, column 1|line 1"),
        (MAPPING % ("", "name", "", "") + "        colour: red\n", r"m\.yaml:14:9: .*colour"),
        (MAPPING.replace("family_name", "shoe_size") % ("", "name", "", ""), r"m\.yaml:10:22: "),
        (
            MAPPING % ("", "{column: name, transform: [trim, shout]}", "", ""),
            r"m\.yaml:10:57: .*transform\[1\]",
        ),
        (MAPPING % ("\n    delimiter: ';;'", "name", "", ""), r"m\.yaml:5:16: "),
        (MAPPING % ("", "{column: name, column: id}", "", ""), r"m\.yaml:10:25: .*twice"),
        (MAPPING.replace("EMAIL", "FAX") % ("", "name", "", ""), r"m\.yaml:13:20: .*kind"),
        (MAPPING.replace("system: crm", "systm: crm") % ("", "name", "", ""), r"m\.yaml:2:1: "),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line_and_column(
    tmp_path: Path, mapping: str, place: str
) -> None:
    with pytest.raises(MappingError, match=place):
        planned(tmp_path, mapping, HEADER)


def test_a_name_that_the_header_has_twice_matters_only_where_it_is_used(tmp_path: Path) -> None:
    mapping = MAPPING % ("", "name", "", "")
    content = "id,name,born,mail,other,other\n1,Two,,,a,b\n"
    assert planned(tmp_path, mapping, content).source.header()[-1] == "other"
    with pytest.raises(UnreadableFileError, match="twice that the mapping uses: name"):
        planned(tmp_path, mapping, "id,name,born,mail,name\n1,Two,,,x\n")


def test_a_missing_second_file_is_told_before_the_first_is_read(tmp_path: Path) -> None:
    mapping = MAPPING % ("", "name", "", "") + (
        "  - file: more.csv\n    records: [{target: customer, reference: id}]\n"
    )
    (tmp_path / "m.yaml").write_text(mapping)
    (tmp_path / "people.csv").write_bytes(b"\xff\xfe\xff")
    files = [tmp_path / "people.csv", tmp_path / "more.csv"]
    with pytest.raises(UnreadableFileError, match=r"more\.csv cannot be read"):
        plan_import(parse_mapping(tmp_path / "m.yaml", BUILT_IN), files)


def test_a_wrong_delimiter_is_told_with_the_right_one(tmp_path: Path) -> None:
    mapping = MAPPING % ("\n    delimiter: ','", "name", "", "")
    with pytest.raises(UnreadableFileError, match=r"parted by ';' it has them"):
        planned(tmp_path, mapping, HEADER.replace(",", ";") + "1;Two;;\n")


def test_without_a_stated_delimiter_the_one_with_the_columns_wins(tmp_path: Path) -> None:
    mapping = MAPPING % ("", "name", "", "")
    header = HEADER.strip().replace(",", ";") + ";a,b,c,d,e,f,g,h,i,j\n"
    planned(tmp_path, mapping, header + "1;Two;;;;;;;;;;x\n")


@pytest.mark.parametrize("argument", ["[a]", "{a: [b]}", "{a: {b: c}}", "[[]]", "true", "2.5"])
@pytest.mark.parametrize(
    "step", ["date", "datetime", "decimal", "lookup", "map", "given_name", "family_name"]
)
def test_a_step_with_any_argument_is_told_by_its_place(
    tmp_path: Path, step: str, argument: str
) -> None:
    mapping = MAPPING % ("", f"{{column: name, transform: [{{{step}: {argument}}}]}}", "", "")
    with pytest.raises(MappingError, match=r"m\.yaml:10:"):
        planned(tmp_path, mapping, HEADER)


@pytest.mark.parametrize("order", ["[given_first]", "{a: b}", "null"])
def test_an_order_of_names_that_is_no_word_is_told(tmp_path: Path, order: str) -> None:
    mapping = MAPPING % (
        "",
        f"{{column: name, transform: [{{given_name: {{order: {order}}}}}]}}",
        "",
        "",
    )
    with pytest.raises(MappingError, match="order is given_first"):
        planned(tmp_path, mapping, HEADER)
