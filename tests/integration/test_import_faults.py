"""All faults of a row at once, by line and column, and what goes on without its wrong parts (item 6)."""

import csv
from pathlib import Path
from typing import Any

import pytest

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.entities.customers import CUSTOMER
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from domain.writing.unit_of_work import unit_of_work

MAPPING = """
system: SYSTEM
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        department: {column: team, invalid: INVALID}
        fields:
          kind: {constant: PERSON}
          family_name: last
          birth_date: {column: born, invalid: INVALID}
          language: {column: lang, invalid: INVALID}
        contact_points:
          - {kind: EMAIL, value: {column: mail1, invalid: INVALID}}
          - {kind: EMAIL, value: {column: mail2, invalid: INVALID}}
      - target: opportunity
        when: deal
        reference: {system: SYSTEM.deals, id: id}
        customer: id
        pipeline: {constant: Standard}
        stage: {constant: New}
        fields: {title: deal, amount: {column: money, invalid: INVALID}, currency: {constant: EUR}}
"""
PEOPLE = """id,last,team,born,lang,mail1,mail2,deal,money
1,One,SALES,1970-01-31,de,one@example.org,,,
2,Two,KITCHEN,soon,klingonese,two@example.org,secret,,
3,Three,SALES,,,,nothing,Deal,much
4,,SALES,1970-01-31,,,,,
5,Five,SALES,2999-01-01,,a b,c d,Deal,1
,Six,KITCHEN,,,,,,
"""


class Imports:
    def __init__(self, services: Services, caller: Caller, home: Path) -> None:
        self.services, self.caller, self.home = services, caller, home

    async def run(self, system: str, invalid: str, content: str = PEOPLE) -> FileResult:
        mapping = MAPPING.replace("SYSTEM", system).replace("INVALID", invalid)
        (self.home / "m.yaml").write_text(mapping)
        (self.home / "people.csv").write_text(content)
        (plan,) = plan_import(
            parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / "people.csv"]
        )
        run = ImportRun(BulkWriter(self.services.stores, self.caller, "DE"), batch_size=4)
        return await run.file(plan, self.home / "people.csv.rejects.csv", lambda *_: None)

    def told(self, kind: str) -> list[tuple[str, str, str]]:
        """Line, field and column."""
        with (self.home / f"people.csv.{kind}.csv").open() as file:
            return [(row["line"], row["field"], row["column"]) for row in csv.DictReader(file)]

    async def customers(self) -> dict[str, Any]:
        rows = await self.services.pool.fetch(
            self.caller.principal.tenant_id, "SELECT id::text FROM customers"
        )
        found = {}
        async with unit_of_work(self.services.stores, self.caller, "DE") as work:
            for (id_,) in rows:
                stored = await work.records.load(CUSTOMER, id_)
                found[stored.sealed["family_name"]] = stored
        return found


@pytest.fixture
async def imports(services: Services, tenant: str, tmp_path: Path) -> Imports:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Imports(services, caller, tmp_path)


async def test_every_fault_of_a_row_is_told_by_line_and_column_and_no_value(
    imports: Imports,
) -> None:
    result = await imports.run("faults", "refuse")
    assert (result.created, result.rejected, result.skipped) == (1, 7, 0)
    told = imports.told("rejects")
    assert told == sorted(told, key=lambda one: int(one[0]))
    assert [one for one in told if one[0] == "3"] == [
        ("3", "birth_date", "born"),
        ("3", "department", "team"),
        ("3", "emails", "mail2"),
        ("3", "language", "lang"),
    ]
    assert {one[1:] for one in told if one[0] == "4"} >= {("amount", "money"), ("emails", "mail2")}
    assert [one for one in told if one[0] == "6"][:3] == [
        ("6", "birth_date", "born"),
        ("6", "customer", "id"),
        ("6", "emails", "mail1"),
    ]
    assert ("7", "reference", "id") in told
    text = (imports.home / "people.csv.rejects.csv").read_text()
    assert not any(value in text for value in ("KITCHEN", "secret", "nothing", "klingonese"))


async def test_a_record_goes_on_without_its_wrong_parts_where_the_mapping_says_so(
    imports: Imports,
) -> None:
    result = await imports.run("skips", "skip")
    assert (result.created, result.rejected) == (6, 2)
    assert result.notes_file is not None
    assert [one for one in imports.told("notes") if one[0] in "34"] == [
        ("3", "birth_date", "born"),
        ("3", "department", "team"),
        ("3", "emails", "mail2"),
        ("3", "language", "lang"),
        ("4", "amount", "money"),
        ("4", "emails", "mail2"),
    ]
    assert result.skipped == 9
    assert result.skipped + result.warnings == len(imports.told("notes"))
    two = (await imports.customers())["Two"]
    assert [point["value"] for point in two.sealed["emails"]] == ["two@example.org"]
    again = await imports.run("skips", "skip")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6)


async def test_a_wrong_part_leaves_what_is_stored_as_it_is(imports: Imports) -> None:
    header = PEOPLE.splitlines()[0]
    await imports.run("stays", "skip", f"{header}\n1,Stays,SALES,1970-01-31,de,a@example.org,,,\n")
    wrong = f"{header}\n1,Stays,KITCHEN,soon,klingonese,nowhere,,,\n"
    result = await imports.run("stays", "skip", wrong)
    assert (result.unchanged, result.skipped) == (1, 4)
    stays = (await imports.customers())["Stays"]
    assert stays.sealed["birth_date"] == "1970-01-31"
    assert [point["value"] for point in stays.sealed["emails"]] == ["a@example.org"]
    assert stays.row["language"] == "de"
