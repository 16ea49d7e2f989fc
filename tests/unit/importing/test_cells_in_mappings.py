"""O7, O18, O19, O25, O26, O30: what a row of a file becomes, through the mapping."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.entities.registry import BUILT_IN
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.source.csv_source import GoodRecord
from domain.values.errors import FarleyError, InvalidInputError

DEALS = """
system: shop
lookups:
  total: {file: lines.csv, key: deal, sum: [price, {one_minus: less}], delimiter: ";"%s}
files:
  - file: deals.csv
    delimiter: ";"
    records:
      - target: opportunity
        reference: id
        customer: id
        pipeline: {constant: Standard}
        stage: {constant: New}
        fields: {title: id, amount: {column: a, transform: [%s]}, currency: c}
"""
PEOPLE = """
system: shop
files:
  - file: people.csv
    delimiter: ";"
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: id, %s}
        custom_fields: {amount: note}
"""


def made(tmp_path: Path, mapping: str, **files: str) -> Any:
    (tmp_path / "m.yaml").write_text(mapping)
    paths = []
    for name, content in files.items():
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(content)
    plan = plan_import(parse_mapping(tmp_path / "m.yaml", BUILT_IN), paths)[0]
    (row,) = [one.cells for one in plan.source.records() if isinstance(one, GoodRecord)]
    return plan.makers[0].make(row)


def deal(tmp_path: Path, step: str, amount: str, currency: str = "EUR") -> Any:
    return made(tmp_path, DEALS % ("", step), deals=f"id;a;c\n1;{amount};{currency}\n").values


@pytest.mark.parametrize("cell", ["512.77", "0.5", "12.34.5,6", "0.123"])
def test_o7_money_is_refused_and_never_multiplied(tmp_path: Path, cell: str) -> None:
    with pytest.raises(InvalidInputError, match="it must be a number") as refused:
        deal(tmp_path, '{decimal: ","}', cell)
    assert refused.value.path == ("amount",)


@pytest.mark.parametrize(
    ("step", "cell", "currency", "amount"),
    [
        ('{decimal: ","}', "1.234,56", "EUR", "1234.56"),
        ('{decimal: ","}', "€ 1.234,56", "EUR", "1234.56"),
        ('{decimal: ","}', "1.234,56 EUR", "", "1234.56"),
        ('{decimal: "."}', "$1,234.56", "CAD", "1234.56"),
        ("decimal", "12.50", "EUR", "12.5"),
        ("trim", "12.50", "EUR", "12.5"),
        ("decimal", "1.250", "KWD", "1.25"),
        ("decimal", "12.50", "eur", "12.5"),
        ("decimal", "12.50", "€", "12.5"),
    ],
)
def test_money_is_read_as_it_stands(
    tmp_path: Path, step: str, cell: str, currency: str, amount: str
) -> None:
    values = deal(tmp_path, step, cell, currency)
    known = {"": "EUR", "eur": "EUR", "€": "EUR"}.get(currency, currency)
    assert (values["amount"], values["currency"]) == (Decimal(amount), known)


@pytest.mark.parametrize(("cell", "currency"), [("$ 5", "EUR"), ("5 USD", "EUR"), ("$ 5", "")])
def test_a_cell_of_another_currency_is_refused(tmp_path: Path, cell: str, currency: str) -> None:
    with pytest.raises(InvalidInputError, match="another currency"):
        deal(tmp_path, "decimal", cell, currency)


@pytest.mark.parametrize(
    ("cell", "currency"), [("0.5", "JPY"), ("1.005", "EUR"), ("1.00001", "KWD"), ("¥0.5", "JPY")]
)
def test_o25_a_cell_with_too_many_places_is_refused(
    tmp_path: Path, cell: str, currency: str
) -> None:
    with pytest.raises(FarleyError, match="decimal places") as refused:
        deal(tmp_path, "decimal", cell, currency)
    assert refused.value.path == ("amount",)


@pytest.mark.parametrize(
    ("option", "lines", "amount"),
    [
        (', decimal: ","', "1;12,50;0\n1;1.000,20;0,5\n", "512.6"),
        (', decimal: ","', "1;10;12,5%\n", "8.75"),
        ("", "1;12.50;0\n", "12.5"),
        ("", "1\u200b;12.50\u200e;0\ufeff\n", "12.5"),
    ],
)
def test_o30_a_sum_reads_a_decimal_comma(
    tmp_path: Path, option: str, lines: str, amount: str
) -> None:
    mapping = DEALS % (option, "{lookup: total}")
    record = made(tmp_path, mapping, deals="id;a;c\n1;1;EUR\n", lines=f"deal;price;less\n{lines}")
    assert record.values["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("option", "currency", "line", "amount"),
    [
        ("half_up", "EUR", "1;0.5;0.99", "0.01"),
        ("half_even", "EUR", "1;0.5;0.99", "0"),
        ("half_even", "EUR", "1;0.15;0.9", "0.02"),
        ("half_up", "JPY", "1;0.5;0", "1"),
        ("down", "JPY", "1;123.99;0", "123"),
        ("half_up", "KWD", "1;1.2345;0", "1.235"),
        ("half_up", "DEM", "1;1.005;0", "1.01"),
        ("half_up", "EUR", "1;99999999999999.9951;0", "100000000000000"),
    ],
)
def test_a_sum_is_rounded_to_its_currency_where_the_mapping_says_how(
    tmp_path: Path, option: str, currency: str, line: str, amount: str
) -> None:
    mapping = DEALS % (f", round: {option}", "{lookup: total}")
    deals = f"id;a;c\n1;1;{currency}\n"
    record = made(tmp_path, mapping, deals=deals, lines=f"deal;price;less\n{line}\n")
    assert record.values["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("currency", "line"), [("EUR", "1;0.5;0.99"), ("JPY", "1;0.5;0"), ("EUR", "1;1.00001;0")]
)
def test_a_sum_with_more_places_than_its_currency_is_refused_with_the_remedy(
    tmp_path: Path, currency: str, line: str
) -> None:
    mapping, deals = DEALS % ("", "{lookup: total}"), f"id;a;c\n1;1;{currency}\n"
    with pytest.raises(InvalidInputError, match="round: half_up") as refused:
        made(tmp_path, mapping, deals=deals, lines=f"deal;price;less\n{line}\n")
    assert refused.value.path == ("amount",)


def test_only_a_sum_is_rounded(tmp_path: Path) -> None:
    mapping = DEALS % ("", "{lookup: total}")
    mapping = mapping.replace("sum: [price, {one_minus: less}]", "value: price, round: half_up")
    with pytest.raises(MappingError, match="only a sum is rounded"):
        made(tmp_path, mapping, deals="id;a;c\n1;1;EUR\n", lines="deal;price;less\n1;2;0\n")


@pytest.mark.parametrize("line", ["1;12,50;0", "1;€ 5;0", "1;;0", "1;1 000;0"])
def test_o30_what_a_sum_does_not_read_is_refused(tmp_path: Path, line: str) -> None:
    mapping = DEALS % ("", "{lookup: total}")
    with pytest.raises(InvalidInputError, match="no usable number"):
        made(tmp_path, mapping, deals="id;a;c\n1;1;EUR\n", lines=f"deal;price;less\n{line}\n")


def person(tmp_path: Path, field: str, cell: str, note: str = "") -> Any:
    return made(tmp_path, PEOPLE % field, people=f"id;x;note\n1;{cell};{note}\n").values


def test_o19_a_birth_date_of_two_digits(tmp_path: Path) -> None:
    field = "birth_date: {column: x, transform: [{date: '%d.%m.%y'}]}"
    assert person(tmp_path, field, "14.02.47")["birth_date"] == date(1947, 2, 14)
    with pytest.raises(InvalidInputError, match="write four") as refused:
        person(tmp_path, field, f"01.01.{date.today().year % 100:02}")  # noqa: DTZ011 - the year is enough
    assert refused.value.path == ("birth_date",)


def test_o18_a_country_by_its_name(tmp_path: Path) -> None:
    field = "country: {column: x, transform: [country]}"
    assert person(tmp_path, field, "Czechia")["country"] == "CZ"
    with pytest.raises(InvalidInputError, match="country"):
        person(tmp_path, field, "Congo")


def test_a_custom_field_is_text_whatever_it_is_called(tmp_path: Path) -> None:
    values = person(tmp_path, "country: x", "DE", "12,50 or so")
    assert values["custom_fields"] == {"amount": "12,50 or so"}


@pytest.mark.parametrize(
    "steps", ["[decimal, trim]", "[{date: '%d.%m.%Y'}, upper]", "[{decimal: ','}, {map: {a: b}}]"]
)
def test_a_step_behind_one_that_gives_no_text_is_a_mistake(tmp_path: Path, steps: str) -> None:
    with pytest.raises(MappingError, match="must be the last step"):
        person(tmp_path, f"country: {{column: x, transform: {steps}}}", "1")


@pytest.mark.parametrize("form", ["%d.%m.", "%H:%M", "%e.%m.%Y", "%Q"])
def test_a_form_that_reads_no_date_is_a_mistake(tmp_path: Path, form: str) -> None:
    with pytest.raises(MappingError, match=r"year|strptime"):
        person(tmp_path, f"birth_date: {{column: x, transform: [{{date: '{form}'}}]}}", "1")
