"""O6: lists of staff say who is let in; an empty cell says nothing."""

from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.directory.erase_member import EraseMember, erase_member
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from domain.settings.provisioning import provision
from domain.writing.unit_of_work import unit_of_work

MAPPING = """
system: staff
files:
  - file: staff.csv
    records:
      - target: member
        reference: id
        handle: handle
        role: role
        department: {constant: SALES}
        fields: {name: name, active: active}
"""


class Lists:
    def __init__(self, services: Services, tenant: str, path: Path) -> None:
        self.services, self.tenant, self.path = services, tenant, path

    async def take(self, *rows: str) -> FileResult:
        people, written = self.path / "staff.csv", self.path / "mapping.yaml"
        people.write_text("\n".join(["id,handle,role,name,active", *rows, ""]))
        written.write_text(MAPPING)
        services = self.services
        caller = await services.caller(services.service_principal(self.tenant), "administration")
        (plan,) = plan_import(parse_mapping(written, BUILT_IN), [people])
        run = ImportRun(BulkWriter(services.stores, caller, "DE"))
        return await run.file(plan, self.path / "rejects.csv", lambda *_: None)

    async def active(self, handle: str) -> bool:
        sql = "SELECT active FROM members WHERE handle = $1"
        return bool((await self.services.pool.fetch(self.tenant, sql, handle))[0][0])

    def rejects(self) -> list[str]:
        return (self.path / "rejects.csv").read_text().splitlines()[1:]


@pytest.fixture
def lists(services: Services, tenant: str, tmp_path: Path) -> Lists:
    return Lists(services, tenant, tmp_path)


async def test_o6_a_list_shuts_out_and_lets_in_and_an_empty_cell_changes_nothing(
    lists: Lists,
) -> None:
    for cell, expected in (
        ("", True),
        ("no", False),
        ("", False),
        ("TRUE", True),
        ("0", False),
        ("1", True),
        ("false", False),
        ("Yes", True),
    ):
        result = await lists.take(f"1,lena.leaver,MEMBER,Lena Leaver,{cell}")
        assert (result.rejected, await lists.active("lena.leaver")) == (0, expected), cell


async def test_o6_somebody_may_come_in_shut_out(lists: Lists) -> None:
    await lists.take("2,later,MEMBER,Late Arrival,no")
    assert not await lists.active("later")


@pytest.mark.parametrize("cell", ["maybe", "gone", "left"])
async def test_o6_what_is_neither_yes_nor_no_is_refused(lists: Lists, cell: str) -> None:
    await lists.take("3,unclear,MEMBER,Una Clear,yes")
    result = await lists.take(f"3,unclear,MEMBER,Una Clear,{cell}")
    assert result.rejected == 1
    assert await lists.active("unclear")
    assert cell not in "".join(lists.rejects()).replace("staff.csv", "")


@pytest.mark.parametrize("row", ["1,chief,ADMIN,Chief,no", "1,chief,MEMBER,Chief,yes"])
async def test_o6_no_list_leaves_a_company_without_an_administrator(
    services: Services, tmp_path: Path, row: str
) -> None:
    tenant = await provision(
        services.stores, services.registry, f"small-{row[-3:].strip(',')}", "Small", "DE"
    )
    lists = Lists(services, tenant, tmp_path)
    await lists.take("1,chief,ADMIN,Chief,yes")
    result = await lists.take(row)
    assert result.rejected == 1
    assert "LAST_ADMINISTRATOR" in lists.rejects()[0]
    assert await lists.active("chief")
    result = await lists.take(row, "2,successor,ADMIN,Successor,yes")
    assert result.rejected == 0


async def test_o6_an_erased_member_is_not_brought_back_by_the_next_list(lists: Lists) -> None:
    row = "9,gone,MEMBER,Gone Forever,yes"
    await lists.take(row)
    sql = "SELECT id::text FROM members WHERE handle = 'gone'"
    ((id_,),) = await lists.services.pool.fetch(lists.tenant, sql)
    services = lists.services
    caller = await services.caller(services.service_principal(lists.tenant), "administration")
    async with unit_of_work(services.stores, caller, "DE") as work:
        await erase_member(EraseMember(id_), work)
    result = await lists.take(row)
    assert (result.created, result.rejected) == (0, 1)
    assert "SUPPRESSED" in lists.rejects()[0]
