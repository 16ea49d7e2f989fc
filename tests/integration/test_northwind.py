from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from tests.api import Api

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "northwind"
FILES = ("employees", "customers", "suppliers", "orders", "order_details")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="Northwind is not part of the repository")


@pytest.fixture(scope="module")
async def imported(
    services: Services, tenant: str, tmp_path_factory: pytest.TempPathFactory
) -> list[FileResult]:
    return await run(services, tenant, tmp_path_factory.mktemp("rejects"))


async def run(services: Services, tenant: str, rejects: Path) -> list[FileResult]:
    mapping = parse_mapping(ROOT / "tests" / "mappings" / "northwind.yaml", BUILT_IN)
    plans = plan_import(mapping, [DATA / f"{name}.csv" for name in FILES])
    caller = await services.caller(services.service_principal(tenant), "administration")
    importing = ImportRun(BulkWriter(services.stores, caller, "US"))
    return [
        await importing.file(
            plan, rejects / f"{plan.source.path.name}.rejects.csv", lambda rows, position: None
        )
        for plan in plans
    ]


def rejects_in(directory: Path) -> list[Path]:
    return list(directory.glob("*.rejects.csv"))


async def one(services: Services, tenant: str, sql: str) -> object:
    return (await services.pool.fetch(tenant, sql))[0][0]


async def test_every_row_is_taken_in(imported: list[FileResult]) -> None:
    assert [(r.file, r.rows, r.created, r.rejected) for r in imported] == [
        ("employees.csv", 9, 9, 0),
        ("customers.csv", 91, 182, 0),
        ("suppliers.csv", 29, 29, 0),
        ("orders.csv", 830, 830, 0),
    ]


async def test_the_records_are_what_the_files_say(
    services: Services, tenant: str, imported: list[FileResult]
) -> None:
    counts = {
        "organisations": "SELECT count(*) FROM customers WHERE kind = 'ORGANIZATION'"
        " AND NOT tags @> '{supplier}'",
        "people": "SELECT count(*) FROM customers WHERE kind = 'PERSON'",
        "suppliers": "SELECT count(*) FROM customers WHERE kind = 'ORGANIZATION'"
        " AND tags @> '{supplier}'",
        "works for": "SELECT count(*) FROM relationships r JOIN customers p ON p.id = r.from_id"
        " JOIN customers o ON o.id = r.to_id WHERE r.type = 'WORKS_FOR' AND p.kind = 'PERSON'"
        " AND o.kind = 'ORGANIZATION'",
        "in sales": "SELECT count(*) FROM members m JOIN departments d ON d.id = m.department_id"
        " WHERE d.code = 'SALES' AND m.handle LIKE '%.%'",
        "managers": "SELECT count(*) FROM members WHERE role = 'MANAGER' AND handle LIKE '%.%'",
        "managed": "SELECT count(*) FROM members WHERE manager_id IS NOT NULL",
        "won": "SELECT count(*) FROM opportunities WHERE status = 'WON' AND owner_id IS NOT NULL"
        " AND created_at = closed_at",
        "reached": "SELECT count(*) FROM stage_changes",
    }
    found = {name: await one(services, tenant, sql) for name, sql in counts.items()}
    assert found == {
        "organisations": 91,
        "people": 91,
        "suppliers": 29,
        "works for": 91,
        "in sales": 9,
        "managers": 2,
        "managed": 8,
        "won": 830,
        "reached": 830,
    }


WON = """
query {
  opportunities(first: 1, filter: {status: {eq: WON}}) {
    totalCount
    totals { currency amount count }
  }
  customers(first: 1, filter: {tags: {hasAny: ["supplier"]}}) { totalCount }
}
"""


async def test_the_amounts_add_up_to_the_cent(api: Api, imported: list[FileResult]) -> None:
    data = await api.data(WON, as_="sales")
    assert data["opportunities"] == {
        "totalCount": 830,
        "totals": [{"currency": "USD", "amount": "1265793.2200", "count": 830}],
    }
    assert data["customers"] == {"totalCount": 29}


async def test_a_second_import_changes_nothing(
    services: Services, tenant: str, imported: list[FileResult], tmp_path: Path
) -> None:
    again = await run(services, tenant, tmp_path)
    assert [(r.file, r.created, r.updated, r.rejected) for r in again] == [
        (r.file, 0, 0, 0) for r in imported
    ]
    assert rejects_in(tmp_path) == []
