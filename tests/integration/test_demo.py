import sqlalchemy as sa

from api.runtime.wiring import Services
from domain.demo.load import load_demo
from domain.demo.principals import PRINCIPALS
from domain.directory.principals import principal_named
from domain.importing.records.results import BatchResult
from domain.settings.provisioning import provision
from domain.tables import (
    customers,
    interactions,
    members,
    opportunities,
    outbox,
    partner_accounts,
    relationships,
    stage_changes,
)
from domain.writing.unit_of_work import bind_tenant
from privacy.tables import consents

CUSTOMERS = 60
TABLES = (
    *(members, partner_accounts, customers, relationships, consents),
    *(interactions, opportunities, stage_changes),
)


async def load(services: Services, tenant: str) -> tuple[BatchResult, list[int]]:
    principal = services.service_principal(tenant)
    caller = await services.caller(principal, principal.purpose)
    seen: list[int] = []
    result = await load_demo(
        services.stores, caller, "DE", customers=CUSTOMERS, seed=1, progress=seen.append
    )
    return result, seen


async def counts(services: Services, tenant: str, *tables: sa.Table) -> dict[str, int]:
    async with services.stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        return {
            table.name: await connection.scalar(
                sa.select(sa.func.count()).select_from(table).where(table.c.tenant_id == tenant)
            )
            or 0
            for table in tables
        }


async def test_a_second_load_changes_nothing(services: Services) -> None:
    tenant = await provision(services.stores, services.registry, "made-up", "Made up", "DE")

    first, seen = await load(services, tenant)
    there = await counts(services, tenant, *TABLES, outbox)
    second, _ = await load(services, tenant)

    assert (first.rejected, first.updated, first.unchanged) == ((), 0, 0)
    assert there["customers"] == seen[-1] == CUSTOMERS
    assert all(there.values()), there
    assert second == BatchResult(unchanged=first.created)
    assert await counts(services, tenant, *TABLES, outbox) == there


async def test_everybody_whom_the_documentation_names_can_act(services: Services) -> None:
    tenant = await provision(services.stores, services.registry, "principals", "Principals", "DE")
    await load(services, tenant)
    found = [await principal_named(services.pool, tenant, name) for name in PRINCIPALS]
    assert [principal.kind for principal in found] == [*["member"] * 6, "partner", "supplier"]
    assert found[-1].customer_id is not None
