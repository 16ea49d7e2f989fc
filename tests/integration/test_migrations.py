import asyncio
import uuid

import asyncpg
import pytest
from alembic import command

from api.bootstrap import OWNER, bootstrap
from api.databases import Urls
from api.embedded import EmbeddedCluster
from migrations.run import Database, _config, check, sql, upgrade


def test_the_migrations_make_what_the_tables_say(urls: Urls) -> None:
    check(Database.MAIN, urls.owner_main)
    check(Database.VAULT, urls.owner_vault)


@pytest.mark.parametrize("database", Database)
def test_the_migrations_can_be_printed(database: Database) -> None:
    assert "FORCE ROW LEVEL SECURITY" in sql(database)


def test_tenants_from_before_get_a_version_in_which_administrators_change_the_policy(
    cluster: EmbeddedCluster,
) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    url = cluster.url(name, OWNER)
    command.upgrade(_config(Database.MAIN, url), "0007_search")
    rules = asyncio.run(_with_two_tenants(cluster.url(name), url))
    for number, tenant in enumerate(TENANTS, 1):
        version, found, links = rules[tenant]
        assert version == number + 1
        assert found == [
            (number, 0, "A", "customer"),
            (number + 1, 0, "A", "customer"),
            (number + 1, 1, "ADMIN", "policy"),
            (number + 1, 2, "SERVICE", "policy"),
            (number + 1, 3, "COMPLIANCE:MEMBER", "policy"),
        ]
        assert links == [(number, "A", "B"), (number + 1, "A", "B")]


TENANTS = [str(uuid.UUID(int=number)) for number in (1, 2)]
Found = tuple[int, list[tuple[object, ...]], list[tuple[object, ...]]]


async def _with_two_tenants(admin: str, owner: str) -> dict[str, Found]:
    """What the policies are after the upgrade; one tenant's newest version is 1, the other's 2."""
    connection = await asyncpg.connect(admin)
    try:
        for version, tenant in enumerate(TENANTS, 1):
            await connection.execute(
                "INSERT INTO policy_versions VALUES ($1, $2, 'a', 'r', now())", tenant, version
            )
            await connection.execute(
                "INSERT INTO policy_rules VALUES"
                " ($1, $2, 0, 'A', 'customer', 'read', 'sales', '', '{kind,emails~}', 'allow')",
                tenant,
                version,
            )
            await connection.execute(
                "INSERT INTO policy_role_links VALUES ($1, $2, 'A', 'B')", tenant, version
            )
        await asyncio.to_thread(upgrade, Database.MAIN, owner)
        return {tenant: await _found(connection, tenant) for tenant in TENANTS}
    finally:
        await connection.close()


async def _found(connection: asyncpg.Connection, tenant: str) -> Found:
    newest = "SELECT max(version) FROM policy_versions WHERE tenant_id = $1"
    rules = (
        "SELECT version, number, subject, resource FROM policy_rules"
        " WHERE tenant_id = $1 ORDER BY version, number"
    )
    links = (
        "SELECT version, member, role FROM policy_role_links WHERE tenant_id = $1 ORDER BY version"
    )
    return (
        await connection.fetchval(newest, tenant),
        [tuple(row) for row in await connection.fetch(rules, tenant)],
        [tuple(row) for row in await connection.fetch(links, tenant)],
    )
