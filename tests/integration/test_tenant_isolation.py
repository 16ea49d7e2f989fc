"""The second wall: with the compiled rule switched off, the database still keeps tenants apart."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.consents.change_consent import GrantConsent, grant_consent
from domain.credentials.change_api_keys import CreateApiKey, create_api_key
from domain.credentials.holders import Holder
from domain.customers.create_customer import CreateCustomer, create_customer
from domain.declaration.entity import Entity
from domain.entities.registry import ALL
from domain.interactions.record_interaction import RecordInteraction, record_interaction
from domain.opportunities.create_opportunity import CreateOpportunity, create_opportunity
from domain.policies.change_policy import ChangePolicy, change_policy
from domain.settings.provisioning import provision
from domain.settings.tenants import named_id
from domain.tables import (
    custom_field_definitions,
    deal_registrations,
    erasures,
    lookup_plans,
    lookup_values,
    record_shares,
    relationships,
    restrictions,
    search_modes,
    search_texts,
    trusted_documents,
)
from domain.values.choice import values_of
from domain.writing.unit_of_work import UnitOfWork, unit_of_work
from policy.changes import Change
from policy.rules import Rule
from privacy.database import TenantPool
from privacy.tables import metadata, suppressions, vault_metadata
from tests.builders import staff

TABLES = sorted(name for name, table in metadata.tables.items() if "tenant_id" in table.c)
# Whose keys changed in the last minutes, and who was destroyed, is asked for all tenants at once: ids only.
KEY_TABLES = sorted(n for n, table in vault_metadata.tables.items() if "tenant_id" in table.c)


@pytest.fixture(scope="module")
async def other(services: Services, tenant: str) -> str:
    """Another tenant, with at least one row in every table."""
    other = await provision(services.stores, services.registry, "other", "Other", "DE")
    await staff(services, other)
    caller = await services.caller(services.service_principal(other), "administration")
    async with unit_of_work(services.stores, caller, "DE") as work:
        await _fill(work)
    await services.vault.create_keys(other, [gone := named_id(other, "customer", "gone")])
    await services.vault.destroy(other, gone)
    await services.vault.keep_out(other, [("customer.email", b"t", datetime.now(UTC), None)])
    return other


async def _fill(work: UnitOfWork) -> None:
    now = datetime.now(UTC)
    ada = await create_customer(CreateCustomer(_person("ada"), key="k"), work)
    bob = await create_customer(CreateCustomer(_person("bob")), work)
    contact = RecordInteraction(ada, "PHONE", "INBOUND", now, "Hello", participants=(bob,))
    await record_interaction(contact, work)
    pipeline = named_id(work.tenant, "pipeline", "Standard")
    await create_opportunity(CreateOpportunity(ada, pipeline, "Deal"), work)
    await grant_consent(GrantConsent(ada, "marketing", "form"), work)
    scopes, holder = ("*:read",), Holder(named_id(work.tenant, "partner_account", "partner"))
    key = CreateApiKey(holder, scopes, ("partner",), now + timedelta(days=1))
    await create_api_key(key, work, "dev")
    rows: list[tuple[sa.Table, dict[str, Any]]] = [
        (
            relationships,
            {"id": ada, "type": "HOUSEHOLD", "from_id": ada, "to_id": bob, "created_at": now},
        ),
        (suppressions, {"field": "f", "tag": b"t", "created_at": now}),
        (
            lookup_values,
            {"field": "customer.custom.n", "value": "v", "row_id": ada, "customer_id": ada},
        ),
        (search_modes, {"field": "f", "mode": "EXACT"}),
        (search_texts, {"field": "f", "row_id": ada, "customer_id": ada, "text": "t"}),
        (
            record_shares,
            {
                "id": ada,
                "record": f"cus_{ada}",
                "grantee": "role:MEMBER",
                "reason": "COVER",
                "ends_at": now,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            },
        ),
        (
            deal_registrations,
            {
                "id": ada,
                "customer_id": ada,
                "partner_account_id": holder.partner_account_id,
                "pipeline_id": pipeline,
                "status": "PENDING",
                "new_customer": False,
                "expires_at": now,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            },
        ),
        (
            restrictions,
            {
                "id": ada,
                "customer_id": ada,
                "reason": "OBJECTION",
                "restricted_by": "x",
                "restricted_at": now,
            },
        ),
        (lookup_plans, {"field": "f", "rows": 1}),
        (search_modes, {"field": "customer.person_name", "mode": "PLAIN"}),
        (
            search_texts,
            {"row_id": ada, "field": "customer.person_name", "customer_id": ada, "text": "ada"},
        ),
        (custom_field_definitions, {"resource": "customer", "name": "n", "type": "TEXT"}),
        (
            trusted_documents,
            {"id": "0" * 64, "name": "n", "text": "{ viewer { kind } }", "created_at": now},
        ),
        (
            erasures,
            {
                "id": ada,
                "customer_id": bob,
                "step": "REQUESTED",
                "requested_by": "x",
                "requested_at": now,
            },
        ),
    ]
    rows += [(entity.table, _bare(entity, ada, now)) for entity in ALL if entity.is_written]
    for table, row in rows:
        await work.execute(sa.insert(table).values(tenant_id=work.tenant, **row))
    rule = Rule("MEMBER", "customer", "read", "support", "owner", ("kind",))
    await change_policy(ChangePolicy(Change(add=(rule,)), "a test"), work)


def _bare(entity: Entity, customer: str, now: datetime) -> dict[str, Any]:
    """The least that the table of a declared type takes, of a customer's."""
    filling: Mapping[type[Any], Any] = {datetime: now, int: 1, str: customer, bool: True}
    return {
        column.name: filling[column.type.python_type]
        for column in entity.table.columns
        if column.name == "id" or not (column.nullable or column.name == "tenant_id")
    } | {
        field.column: values_of(field.values)[0]
        for field in entity.fields
        if field.values is not None and field.required
    }


def _person(name: str) -> dict[str, Any]:
    return {
        "kind": "PERSON",
        "given_name": name,
        "contact_points": [{"kind": "EMAIL", "value": f"{name}@example.org"}],
        "external_references": [{"system": "erp", "id": name}],
    }


@pytest.fixture
async def stranger(urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The application's role, on a connection that serves no tenant."""
    connection = await asyncpg.connect(urls.main)
    yield connection
    await connection.close()


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
async def test_a_bare_select_returns_no_row_of_another_tenant(
    services: Services, tenant: str, other: str, table: str
) -> None:
    every = f"SELECT tenant_id::text FROM {table}"  # noqa: S608 - the names are our own tables'
    assert {row[0] for row in await services.pool.fetch(other, every)} == {other}
    assert {row[0] for row in await services.pool.fetch(tenant, every)} <= {tenant}


@pytest.mark.parametrize("table", KEY_TABLES)
async def test_a_bare_select_returns_no_key_of_another_tenant(
    services: Services, tenant: str, other: str, table: str
) -> None:
    every = f"SELECT tenant_id::text FROM {table}"  # noqa: S608 - the names are our own tables'
    assert {row[0] for row in await services.vault_pool.fetch(other, every)} == {other}
    assert {row[0] for row in await services.vault_pool.fetch(tenant, every)} <= {tenant}


@pytest.mark.parametrize("setting", [None, ""])
async def test_a_connection_without_a_tenant_sees_nothing(
    stranger: "asyncpg.Connection[asyncpg.Record]", other: str, setting: str | None
) -> None:
    if setting is not None:
        await stranger.execute("SELECT set_config('farley.tenant', $1, false)", setting)
    counts = {t: await stranger.fetchval(f"SELECT count(*) FROM {t}") for t in TABLES}  # noqa: S608 - the names are our own tables'
    assert counts == dict.fromkeys(TABLES, 0)


async def test_one_connection_serves_tenants_in_turn_and_never_mixes_them(
    urls: Urls, tenant: str, other: str
) -> None:
    pool = await TenantPool.open(urls.main, size_max=1)
    turns = [tenant, other, other, tenant] * 10
    sql = "SELECT DISTINCT tenant_id::text FROM departments"
    answers = await asyncio.gather(*(pool.fetch(turn, sql) for turn in turns))
    await pool.close()
    assert [[row[0] for row in rows] for rows in answers] == [[turn] for turn in turns]


async def test_a_connection_keeps_its_wall_after_a_statement_that_failed(
    urls: Urls, tenant: str, other: str
) -> None:
    pool = await TenantPool.open(urls.main, size_max=1)
    for failing in ("SELECT 1/0", "BEGIN; SELECT 1/0"):
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with pool.connection(other) as connection, connection.transaction():
                await connection.execute(failing)
        rows = await pool.fetch(tenant, "SELECT DISTINCT tenant_id::text FROM departments")
        assert [row[0] for row in rows] == [tenant]
    await pool.close()


async def test_a_connection_whose_switch_was_cut_off_switches_again(
    urls: Urls, tenant: str, other: str
) -> None:
    pool = await TenantPool.open(urls.main, size_max=1)
    await pool.fetch(other, "SELECT 1")
    for _ in range(20):
        switching = asyncio.create_task(pool.fetch(tenant, "SELECT 1"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        switching.cancel()
        await asyncio.gather(switching, return_exceptions=True)
        rows = await pool.fetch(other, "SELECT DISTINCT tenant_id::text FROM departments")
        assert [row[0] for row in rows] == [other]
    await pool.close()


# --- writing --------------------------------------------------------------------------------------

INTO_OTHER = "INSERT INTO departments VALUES ($1::uuid, $1::uuid, 'X', 'X', NULL, now())"
GIVEN_AWAY = "UPDATE departments SET tenant_id = $1::uuid WHERE code = 'SALES'"
CHANGED = "UPDATE departments SET name = 'X' WHERE tenant_id = $1::uuid"
DELETED = "DELETE FROM stage_transitions WHERE tenant_id = $1::uuid"


@pytest.mark.parametrize("sql", [INTO_OTHER, GIVEN_AWAY])
async def test_no_row_is_written_into_another_tenant(
    services: Services, tenant: str, other: str, sql: str
) -> None:
    async with services.pool.connection(tenant) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(sql, other)


@pytest.mark.parametrize(("sql", "touched"), [(CHANGED, "UPDATE 0"), (DELETED, "DELETE 0")])
async def test_no_row_of_another_tenant_is_changed_or_deleted(
    services: Services, tenant: str, other: str, sql: str, touched: str
) -> None:
    async with services.pool.connection(tenant) as connection:
        assert await connection.execute(sql, other) == touched


# --- the application's role -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE customers DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE customers NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON customers",
        "CREATE POLICY everybody ON customers USING (true)",
        "SET row_security = off; SELECT FROM customers",
        "ALTER ROLE farley_app BYPASSRLS",
        "SET ROLE farley_owner",
        "SET SESSION AUTHORIZATION farley_owner",
        "CREATE TABLE copies AS SELECT * FROM customers",
        "DROP TABLE customers",
        "TRUNCATE customers",
        "COPY customers TO PROGRAM 'cat'",
        "UPDATE audit_leaves SET leaf = ''",
        "DELETE FROM audit_leaves",
        "TRUNCATE audit_leaves",
        "UPDATE suppressions SET tag = ''",
        "DELETE FROM suppressions",
        "TRUNCATE suppressions",
        "DELETE FROM outbox",
        "UPDATE policy_rules SET effect = 'allow'",
        "DELETE FROM policy_versions",
        "DELETE FROM tenants",
        "UPDATE alembic_version SET version_num = '0'",
    ],
)
async def test_the_applications_role_may_not(
    stranger: "asyncpg.Connection[asyncpg.Record]", sql: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stranger.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tombstones SET destroyed_at = now()",
        "DELETE FROM tombstones",
        "TRUNCATE tombstones",
        "UPDATE tombstone_log SET subject = tenant",
        "DELETE FROM tombstone_log",
        "DELETE FROM tombstone_marks",
        "DELETE FROM kept_out",
        "UPDATE tenant_keys SET wrapped = ''",
        "DELETE FROM tenant_keys",
        "ALTER TABLE subject_keys DISABLE TRIGGER refuse_destroyed",
        "DROP FUNCTION refuse_destroyed CASCADE",
        "SET session_replication_role = replica",
    ],
)
async def test_in_the_vault_the_applications_role_may_not(urls: Urls, sql: str) -> None:
    connection = await asyncpg.connect(urls.vault)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(sql)
    await connection.close()
