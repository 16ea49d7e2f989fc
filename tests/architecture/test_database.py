"""The migrated databases: tenant first, and the second wall around every table."""

import re
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import create_async_engine

import policy.tables  # noqa: F401 - its tables join the metadata
from api.settings.databases import Urls
from api.settings.roles_and_databases import APP, OWNER
from privacy.tables import metadata, vault_metadata

# A queue, Alembic's own, whose keys changed in the last minutes, and who was destroyed: they hold ids and
# no tenant's data.
SHARED = {"alembic_version", "key_changes", "tombstone_log", "tombstone_marks"}
QUEUE = re.compile("pgqueuer(_[a-z]+)?")

DATABASES = {"main": metadata, "vault": vault_metadata}
either = pytest.mark.parametrize("database", DATABASES)

TABLES = """
SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
               AND NOT a.attisdropped) AS has_tenant,
       ARRAY(SELECT row(p.polcmd, p.polpermissive, p.polroles, pg_get_expr(p.polqual, p.polrelid),
                        pg_get_expr(p.polwithcheck, p.polrelid))::text
             FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
KEYS = """
SELECT conname AS name, contype::text AS kind,
       (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) AS first
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
"""
UNIQUE_INDEXES = """
SELECT i.relname AS name, a.attname AS first FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid AND i.relnamespace = 'public'::regnamespace
LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
WHERE x.indisunique
"""
STATISTICS_TARGETS = """
SELECT attrelid::regclass::text AS table, attname AS column, attstattarget AS target
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0
"""
WALL = "(tenant_id = (NULLIF(current_setting('farley.tenant'::text, true), ''::text))::uuid)"
FUNCTIONS = f"""
SELECT p.proname AS name, pg_get_userbyid(p.proowner) AS owner, p.proconfig AS settings,
       ARRAY(SELECT pg_get_userbyid(a.grantee)::text FROM aclexplode(p.proacl) a ORDER BY 1) AS callers,
       position($sql$s.{WALL[1:-1]}$sql$ IN pg_get_functiondef(p.oid)) > 0 AS is_bound_to_the_tenant
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1
"""  # noqa: S608 - our own text
# The functions that look tokens and texts up run with the owner's rights: behind the wall they may use no
# index.
NOT_FORCED = {"search_tokens", "search_texts"}
POLICY = f'(*,t,{{0}},"{WALL}","{WALL}")'


async def asked(urls: Urls, database: str, sql: str) -> list[Mapping[str, Any]]:
    connection = await asyncpg.connect(getattr(urls, database))
    try:
        return [dict(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def is_shared(table: str) -> bool:
    return table in SHARED or QUEUE.fullmatch(table) is not None


@either
async def test_every_table_is_a_tenants(urls: Urls, database: str) -> None:
    tables = await asked(urls, database, TABLES)
    assert {t["name"] for t in tables if not is_shared(t["name"])} == set(
        DATABASES[database].tables
    ) - SHARED
    assert [t["name"] for t in tables if t["has_tenant"] is is_shared(t["name"])] == []


@either
async def test_every_tenant_table_has_the_same_wall(urls: Urls, database: str) -> None:
    tables = [t for t in await asked(urls, database, TABLES) if t["has_tenant"]]
    assert [t["name"] for t in tables if not t["enabled"]] == []
    assert {t["name"] for t in tables if not t["forced"]} <= NOT_FORCED
    assert {t["name"]: t["policies"] for t in tables if t["policies"] != [POLICY]} == {}


@either
async def test_the_tenant_leads_every_key(urls: Urls, database: str) -> None:
    keys = await asked(urls, database, KEYS) + await asked(urls, database, UNIQUE_INDEXES)
    elsewhere = {k["name"] for k in keys if k["first"] != "tenant_id"}
    shared = "alembic_version|pgqueuer|pk_key_changes|pk_tombstone_(log|marks)"
    assert {name for name in elsewhere if not re.match(shared, name)} == set()


@either
async def test_the_applications_role_owns_nothing_and_passes_no_wall(
    urls: Urls, database: str
) -> None:
    owners = await asked(
        urls, database, "SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class"
    )
    roles = await asked(
        urls,
        database,
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
        " AS mighty FROM pg_roles WHERE rolname LIKE 'farley%'",
    )
    members = await asked(urls, database, f"SELECT pg_has_role('{APP}', '{OWNER}', 'USAGE') AS is")
    assert APP not in {row["owner"] for row in owners}
    assert {row["rolname"]: row["mighty"] for row in roles} == {APP: False, OWNER: False}
    assert members == [{"is": False}]


@either
async def test_four_functions_run_with_their_owners_rights(urls: Urls, database: str) -> None:
    """They take nothing from the caller's session but the tenant, and only the application calls them.
    One reads no row at all.
    """
    functions = await asked(urls, database, FUNCTIONS)
    audited = {
        "owner": OWNER,
        "settings": ["search_path=pg_catalog, pg_temp", "enable_seqscan=off"],
        "callers": sorted([APP, OWNER]),
        "is_bound_to_the_tenant": True,
    }
    names = ["farley_find", "farley_is_common", "farley_search"] if database == "main" else []
    expected = [{"name": name} | audited for name in names]
    if database == "main":
        pinned = {"settings": ["search_path=pg_catalog, pg_temp"], "is_bound_to_the_tenant": False}
        expected.append({"name": "farley_tidy_tokens"} | audited | pinned)
    assert functions == expected


@either
async def test_the_migrations_make_what_is_declared(urls: Urls, database: str) -> None:
    engine = create_async_engine(
        sa.make_url(getattr(urls, f"owner_{database}")).set(drivername="postgresql+asyncpg")
    )
    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences, DATABASES[database])
    await engine.dispose()
    assert differences == []


def _differences(connection: sa.Connection, declared: sa.MetaData) -> list[Any]:
    def include(_object: object, name: str | None, type_: str, *_: object) -> bool:
        return type_ != "table" or QUEUE.fullmatch(name or "") is None

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_object": include}
    )
    return list(compare_metadata(context, declared))


@either
async def test_statistics_hold_nothing_that_is_sealed_or_wrapped(urls: Urls, database: str) -> None:
    """Item 12: ANALYZE copies up to 101 values of a column, and a destroyed key was read from there."""
    tables = DATABASES[database].tables.values()
    secret = {
        (table.name, column.name)
        for table in tables
        for column in table.columns
        if column.name in {"sealed", "wrapped"} and isinstance(column.type, BYTEA)
    }
    targets = await asked(urls, database, STATISTICS_TARGETS)
    kept_out = {(t["table"], t["column"]) for t in targets if t["target"] == 0}
    assert secret - kept_out == set()
    assert len(secret) >= (5 if database == "main" else 2)
