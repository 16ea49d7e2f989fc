"""A warning for the same person under two ids: in one run or in the store, by line and id only (item 6)."""

import csv
from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter

MAPPING = """
system: SYSTEM
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        fields: {kind: kind, family_name: last, organization_name: firm}
        contact_points: [{kind: EMAIL, value: mail}, {kind: PHONE, value: phone}]
"""
HEADER = "id,kind,last,firm,mail,phone\n"


class Imports:
    def __init__(self, services: Services, caller: Caller, home: Path) -> None:
        self.services, self.caller, self.home = services, caller, home

    async def run(self, system: str, rows: str, *, check: bool = False) -> FileResult:
        (self.home / "m.yaml").write_text(MAPPING.replace("SYSTEM", system))
        (self.home / "people.csv").write_text(HEADER + rows)
        (plan,) = plan_import(
            parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / "people.csv"]
        )
        writer = BulkWriter(self.services.stores, self.caller, "DE", check=check)
        run = ImportRun(writer, batch_size=2)
        return await run.file(plan, self.home / "people.csv.rejects.csv", lambda *_: None)

    def warned(self) -> list[tuple[str, str, str]]:
        """Line, field and reason."""
        path = self.home / "people.csv.notes.csv"
        if not path.exists():
            return []
        with path.open() as file:
            return [(row["line"], row["field"], row["reason"]) for row in csv.DictReader(file)]


@pytest.fixture
async def imports(services: Services, tenant: str, tmp_path: Path) -> Imports:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Imports(services, caller, tmp_path)


@pytest.mark.parametrize("check", [True, False])
async def test_a_person_who_stands_twice_in_a_run_is_told_by_line(
    imports: Imports, *, check: bool
) -> None:
    rows = (
        "1,PERSON,One,,one@run.example,030 7654321\n"
        "2,PERSON,Two,,two@run.example,\n"
        "3,PERSON,Three,,ONE@run.example,\n"
        "4,PERSON,Four,,,+49 30 7654321\n"
        "5,ORGANIZATION,,Five,one@run.example,\n"
    )
    result = await imports.run(f"run-{check}", rows, check=check)
    if check:
        assert (result.created, result.rejected, result.warnings) == (5, 0, 2)
        assert imports.warned() == [
            (
                "4",
                "emails",
                "the e-mail address is also that of the person of line 2 of people.csv",
            ),
            (
                "5",
                "phones",
                "the telephone number is also that of the person of line 2 of people.csv",
            ),
        ]
    text = (imports.home / "people.csv.notes.csv").read_text()
    assert "run.example" not in text
    assert "7654321" not in text


async def test_a_person_who_is_there_already_is_told_by_id(imports: Imports) -> None:
    await imports.run("store", "1,PERSON,Kept,,kept@store.example,030 1112223\n")
    tenant = imports.caller.principal.tenant_id
    rows = await imports.services.pool.fetch(
        tenant, "SELECT id::text FROM customers ORDER BY created_at DESC, id DESC LIMIT 1"
    )
    other = "1,PERSON,Other,,Kept@store.example,\n2,PERSON,Third,,third@store.example,\n"
    result = await imports.run("elsewhere", other)
    assert (result.created, result.warnings) == (2, 1)
    assert imports.warned() == [
        ("2", "emails", f"the e-mail address is also that of the record cus_{rows[0][0]}")
    ]
    again = await imports.run("elsewhere", other)
    assert (again.unchanged, again.warnings) == (2, 0)
    assert imports.warned() == []


async def test_people_with_addresses_of_their_own_are_warned_of_never(imports: Imports) -> None:
    rows = "".join(f"{n},PERSON,N{n},,n{n}@own.example,030 99{n:05}\n" for n in range(20))
    assert (await imports.run("own", rows)).warnings == 0
