"""Contact points from a file: where its numbers are, and what is no value of their own (O3, O16, O17)."""

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
from domain.settings.change_tenant import keep_impossible_numbers
from domain.writing.unit_of_work import unit_of_work

MAPPING = """
system: SYSTEM
files:
  - file: people.csv
    delimiter: ";"
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: lastCOUNTRY}
        contact_points: [{kind: PHONE, value: phone}, {kind: EMAIL, value: mail}]
"""


class Imports:
    """Of one system; a file has the column ``country`` or has it not."""

    def __init__(self, services: Services, caller: Caller, home: Path) -> None:
        self.services, self.caller, self.home = services, caller, home

    async def run(self, system: str, content: str, *, check: bool = False) -> FileResult:
        with_country = ", country: country" if "country" in content else ""
        mapping = MAPPING.replace("SYSTEM", system).replace("COUNTRY", with_country)
        (self.home / "m.yaml").write_text(mapping)
        (self.home / "people.csv").write_text(content)
        (plan,) = plan_import(
            parse_mapping(self.home / "m.yaml", BUILT_IN), [self.home / "people.csv"]
        )
        run = ImportRun(BulkWriter(self.services.stores, self.caller, "DE", check=check))
        return await run.file(plan, self.home / "people.csv.rejects.csv", lambda *_: None)

    async def keep(self, *, kept: bool) -> None:
        async with unit_of_work(self.services.stores, self.caller, "DE") as work:
            await keep_impossible_numbers(work, kept=kept)

    def rejected(self) -> list[tuple[str, str, str]]:
        """Line, field and code."""
        with (self.home / "people.csv.rejects.csv").open() as file:
            return [(row["line"], row["field"], row["code"]) for row in csv.DictReader(file)]

    async def phones(self) -> dict[str, list[Any]]:
        """Numbers, and whether they can be dialled, by family name."""
        rows = await self.services.pool.fetch(
            self.caller.principal.tenant_id, "SELECT id::text FROM customers"
        )
        kept = {}
        async with unit_of_work(self.services.stores, self.caller, "DE") as work:
            for (id_,) in rows:
                sealed = (await work.records.load(CUSTOMER, id_)).sealed
                points = sealed.get("phones") or ()
                kept[sealed["family_name"]] = [(p["value"], p["is_valid"]) for p in points]
        return kept


@pytest.fixture
async def imports(services: Services, tenant: str, tmp_path: Path) -> Imports:
    caller = await services.caller(services.service_principal(tenant), "administration")
    return Imports(services, caller, tmp_path)


async def test_a_masked_value_is_not_taken_in_over_the_one_that_is_stored(imports: Imports) -> None:
    """O3: an export of what somebody saw masked, sent back as a file."""
    head = "id;last;phone;mail\n"
    await imports.run("masked", f"{head}1;Masked;+49 30 9710001;ann@masked.example\n")
    back = (
        f"{head}1;Masked;•••0001;ann@masked.example\n2;New;•••0002;\n3;Newer;;a•••@m•••.example\n"
    )
    result = await imports.run("masked", back)
    assert (result.created, result.updated, result.rejected) == (0, 0, 3)
    assert imports.rejected() == [
        ("2", "phones", "MASKED_VALUE"),
        ("3", "phones", "MASKED_VALUE"),
        ("4", "emails", "MASKED_VALUE"),
    ]
    assert "0001" not in (imports.home / "people.csv.rejects.csv").read_text()
    assert (await imports.phones())["Masked"] == [("+49 30 9710001", True)]


async def test_what_is_no_single_number_is_refused_by_line(imports: Imports) -> None:
    """O16."""
    rows = ["1;Sci;4,93012E+11;", "2;Two;030 1234567 / 0171 1234567;", "3;Words;030 1234567 home;"]
    result = await imports.run("cells", "id;last;phone;mail\n" + "\n".join(rows) + "\n")
    assert (result.created, result.rejected) == (0, 3)
    assert [(line, field) for line, field, _ in imports.rejected()] == [
        ("2", "phones"),
        ("3", "phones"),
        ("4", "phones"),
    ]


@pytest.mark.parametrize("check", [False, True])
async def test_a_file_without_countries_reads_numbers_where_the_records_stand(
    imports: Imports,
    check: bool,  # noqa: FBT001 - whether it is only tried
) -> None:
    """O17: numbers that are possible in the record's country, and not in the tenant's, or the reverse."""
    system = f"stored-{check}"
    await imports.run(system, "id;last;country;phone;mail\n1;Stays;US;;\n2;Lives;FR;;\n3;Home;;;\n")
    moved = "1;Stays;2125550123456;\n2;Lives;06 98 95 00 05;\n3;Home;2125550123456;\n4;New;030 1234567;\n"
    result = await imports.run(system, f"id;last;phone;mail\n{moved}", check=check)
    assert imports.rejected() == [("2", "phones", "INVALID")]
    assert (result.created, result.updated, result.rejected) == (1, 2, 1)
    if not check:
        kept = await imports.phones()
        assert kept["Lives"] == [("06 98 95 00 05", True)]
        assert kept["Home"] == [("2125550123456", True)]


async def test_a_number_that_was_kept_is_imported_again_when_the_tenant_refuses_others(
    imports: Imports,
) -> None:
    """What is stored is never refused when the same file comes again; what it adds is."""
    head, kept = "id;last;phone;mail\n", "1;Kept;98950005123456789;\n"
    await imports.keep(kept=True)
    try:
        assert (await imports.run("kept", head + kept)).created == 1
    finally:
        await imports.keep(kept=False)
    again = await imports.run("kept", head + kept)
    assert (again.unchanged, again.rejected) == (1, 0)
    renamed = await imports.run("kept", head + kept.replace("Kept", "Still"))
    assert (renamed.updated, renamed.rejected) == (1, 0)
    assert (await imports.phones())["Still"] == [("98950005123456789", False)]
    other = await imports.run("kept", head + kept.replace("789;", "788;"))
    assert (other.updated, other.rejected) == (0, 1)
    assert imports.rejected() == [("2", "phones", "INVALID")]
    new = await imports.run("kept", head + kept.replace("1;", "2;", 1))
    assert (new.created, new.rejected) == (0, 1)


async def test_numbers_are_judged_where_the_file_says_that_their_record_stands(
    imports: Imports,
) -> None:
    """Also where it gives the same numbers again, or says that the record stands in no country any more."""
    head = "id;last;country;phone;mail\n"
    await imports.run("moves", f"{head}1;Moved;FR;06 98 95 00 05;\n2;Nowhere;US;;\n")
    assert (await imports.phones())["Moved"] == [("06 98 95 00 05", True)]
    again = f"{head}1;Moved;NO;06 98 95 00 05;\n2;Nowhere;;2125550123456;\n"
    assert (await imports.run("moves", again)).updated == 2
    kept = await imports.phones()
    assert kept["Moved"] == [("06 98 95 00 05", False)]
    assert kept["Nowhere"] == [("2125550123456", True)]
