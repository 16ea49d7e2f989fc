from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.entities.registry import BUILT_IN
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.records.records import CustomerRecord, OpportunityRecord, Record, Reference
from domain.importing.source.csv_source import GoodRecord
from domain.importing.source.refusal import UnreadableFileError
from domain.values.errors import InvalidInputError

CUSTOMER = """
system: crm
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: name%s}
"""


def written(tmp_path: Path, mapping: str, **files: str) -> tuple[Path, list[Path]]:
    path = tmp_path / "mapping.yaml"
    path.write_text(mapping)
    paths = [tmp_path / f"{name}.csv" for name in files]
    for csv, content in zip(paths, files.values(), strict=True):
        csv.write_text(content)
    return path, paths


def made(tmp_path: Path, mapping: str, **files: str) -> list[Record]:
    path, paths = written(tmp_path, mapping, **files)
    plan = plan_import(parse_mapping(path, BUILT_IN), paths)[0]
    rows = [r.cells for r in plan.source.records() if isinstance(r, GoodRecord)]
    return [record for row in rows for maker in plan.makers if (record := maker.make(row))]


def value(tmp_path: Path, spec: str, cell: str) -> Any:
    """What a value of the mapping reads from one cell."""
    mapping = CUSTOMER.replace("name%s", spec)
    record = made(tmp_path, mapping, people=f'id,name\n1,"{cell}"\n')[0]
    assert isinstance(record, CustomerRecord)
    return record.values["family_name"]


@pytest.mark.parametrize(
    ("spec", "cell", "expected"),
    [
        ("name", " Meier ", "Meier"),
        ("name", " ", None),
        ("{column: name, transform: [upper]}", "Meier", "MEIER"),
        ("{column: name, transform: [family_name]}", "Isabel de Castro", "de Castro"),
        ("{column: name, transform: [given_name]}", "José Pedro Freyre", "José Pedro"),
        ("{column: name, transform: [given_name]}", "Meier", None),
        ("{column: name, transform: [family_name]}", "Meier, Anna", "Meier"),
        ("{column: name, transform: [country]}", "UK", "GB"),
        ("{column: name, transform: [country]}", "Deutschland", "DE"),
        ("{column: name, transform: [country]}", "Venezuela", "VE"),
        ("{column: name, transform: [country]}", "fr", "FR"),
        ("{column: name, transform: [{date: '%d.%m.%Y'}]}", "31.12.2024", "2024-12-31"),
        ("{column: name, transform: [decimal]}", "12.500", "12.5"),
        ("{column: name, transform: [{decimal: ','}]}", "1.234,50", "1234.5"),
        ("{column: name, transform: [{map: {'a*': B, c: D}}]}", "abc", "B"),
        ("{column: name, transform: [{map: {'[a]*': B, otherwise: D}}]}", "[a]b", "B"),
        ("{column: name, transform: [{map: {'a?*': B, otherwise: D}}]}", "abc", "D"),
        ("{column: name, transform: [{map: {a: ''}}]}", "a", None),
        ("{column: name, transform: [{map: {c: D, otherwise: E}}]}", "x", "E"),
        ("{constant: X}", "Meier", "X"),
        ("{template: '{id}: {name}'}", "Meier", "1: Meier"),
        ("{join: [id, name, {constant: x}], separator: '; '}", "", "1; x"),
    ],
)
def test_values_are_read_and_transformed(
    tmp_path: Path, spec: str, cell: str, expected: object
) -> None:
    assert value(tmp_path, spec, cell) == expected


@pytest.mark.parametrize(
    "step", ["country", "decimal", "{date: '%Y-%m-%d'}", "{map: {a: b}}", "{decimal: ','}"]
)
def test_a_value_that_does_not_fit_is_refused_without_being_repeated(
    tmp_path: Path, step: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        value(tmp_path, f"{{column: name, transform: [{step}]}}", "Secret Person")
    assert refused.value.path == ("family_name",)
    assert "Secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("mapping", "where"),
    [
        ("system: [", "line"),
        ("files: []", "system"),
        (CUSTOMER % "" + "        colour: red\n", "colour"),
        (CUSTOMER.replace("customer", "client") % "", r"\$.files\[0\].records\[0\]"),
        (CUSTOMER.replace("family_name", "shoe_size") % "", "fields.shoe_size"),
        (CUSTOMER.replace("name%s", "{column: name, transform: [shout]}"), r"transform\[0\]"),
        (CUSTOMER.replace("name%s", "{column: name, constant: x}"), "fields.family_name"),
        (CUSTOMER.replace("name%s", "{template: '{}'}"), "template"),
        (
            CUSTOMER.replace("name%s", "{column: name, transform: [{lookup: total}]}"),
            "there is no lookup 'total'",
        ),
        (
            CUSTOMER.replace("name%s", "{column: name, transform: [{map: {yes: A}}]}"),
            "quotes around yes",
        ),
        (CUSTOMER.replace("system: crm", "system: crm\ntime_zone: Mars/Base") % "", "time_zone"),
    ],
)
def test_a_bad_mapping_is_refused_with_the_place(tmp_path: Path, mapping: str, where: str) -> None:
    with pytest.raises(MappingError, match=where):
        made(tmp_path, mapping, people="id,name\n")


def test_a_missing_column_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"lacks the columns .* name"):
        made(tmp_path, CUSTOMER % "", people="id,nom\n")


def test_a_file_that_the_mapping_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"says nothing of animals\.csv"):
        made(tmp_path, CUSTOMER % "", people="id,name\n", animals="id\n")


def test_a_row_becomes_several_records(tmp_path: Path) -> None:
    mapping = (
        CUSTOMER % ""
        + """
        contact_points: [{kind: EMAIL, value: mail}, {kind: PHONE, value: phone}]
        relationships: [{type: WORKS_FOR, to: {system: companies, id: company}}]
      - target: customer
        when: company
        reference: {system: companies, id: company}
        tags: [{constant: supplier}]
        fields: {kind: {constant: ORGANIZATION}, organization_name: company}
"""
    )
    content = "id,name,mail,phone,company\n1,Meier,m@example.com,,Acme\n2,Kurz,,,\n"
    first, company, second = made(tmp_path, mapping, people=content)
    assert isinstance(first, CustomerRecord)
    assert isinstance(company, CustomerRecord)
    assert isinstance(second, CustomerRecord)
    assert first.relationships == (("WORKS_FOR", Reference("companies", "Acme")),)
    assert [point["value"] for point in first.values["contact_points"]] == ["m@example.com"]
    assert company.reference == Reference("companies", "Acme")
    assert company.values["tags"] == ["supplier"]
    assert second.relationships == ()


PLACES = CUSTOMER.replace(
    "family_name: name%s",
    'family_name: name, location: {join: [north, east], separator: " "}',
)


def located(tmp_path: Path, north: str, east: str) -> Any:
    record = made(tmp_path, PLACES, people=f'id,name,north,east\n1,A,"{north}","{east}"\n')[0]
    assert isinstance(record, CustomerRecord)
    return record.values["location"]


@pytest.mark.parametrize(
    ("north", "east"),
    [
        ("52.52", "13.405"),
        (" 52.52 ", "13.405"),
        ("52.52, 13.405", ""),
        ("", "52.52;13.405"),
        ("+52.52,13.405", ""),
    ],
)
def test_a_location_is_read_of_one_column_or_of_two(tmp_path: Path, north: str, east: str) -> None:
    expected = {"latitude": Decimal("52.52"), "longitude": Decimal("13.405")}
    assert located(tmp_path, north, east) == expected


def test_no_location_is_none(tmp_path: Path) -> None:
    assert located(tmp_path, "", " ") is None


@pytest.mark.parametrize(
    ("north", "east"),
    [
        ("52.52", ""),
        ("52,52", "13,405"),
        ("52.52N", "13.4E"),
        ("nan", "0"),
        ("1e1", "2"),
        ("\u0665", "1"),
    ],
)
def test_what_is_no_location_is_refused_without_being_repeated(
    tmp_path: Path, north: str, east: str
) -> None:
    with pytest.raises(InvalidInputError, match="latitude and longitude") as refused:
        located(tmp_path, north, east)
    assert refused.value.path == ("location",)
    assert "52" not in refused.value.message.replace("such as 52.5 13.4", "")


DEALS = """
system: shop
time_zone: Europe/Berlin
lookups:
  total: {file: lines.csv, key: deal, sum: [price, quantity, {one_minus: discount}]}
files:
  - file: deals.csv
    records:
      - target: opportunity
        reference: id
        customer: who
        pipeline: {constant: Standard}
        stage: {constant: Won}
        fields:
          title: {template: "Deal {id}"}
          amount: {column: id, transform: [{lookup: total}]}
          currency: {constant: EUR}
          closed_at: {column: day, transform: [{date: "%Y-%m-%d"}]}
"""
DAYS = "id,who,day\n1,A,2024-01-31\n"


def deal(tmp_path: Path, lines: str) -> OpportunityRecord:
    record = made(tmp_path, DEALS, deals=DAYS, lines=f"deal,price,quantity,discount\n{lines}")[0]
    assert isinstance(record, OpportunityRecord)
    return record


def test_a_sum_over_another_file_is_exact(tmp_path: Path) -> None:
    record = deal(tmp_path, "1,0.1,3,0\n1,14.00,12,0.15\n2,1,1,0\n")
    assert record.values["amount"] == Decimal("143.1")
    assert record.values["closed_at"].astimezone(UTC) == datetime(2024, 1, 30, 23, tzinfo=UTC)


def test_a_sum_with_a_bad_number_is_refused_where_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no usable number"):
        deal(tmp_path, "1,1,1,0\n1,many,1,0\n")


def test_a_lookup_needs_its_file(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"lines\.csv is needed too"):
        made(tmp_path, DEALS, deals=DAYS)
