"""F3: consents from before the history begin it with what their rows told; who read them reads it."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import asyncpg
from alembic import command

from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import OWNER, bootstrap
from domain.entities.registry import SHAPES
from domain.policies.versions import row
from migrations.run import Database, _config
from policy.compiler import compile_policy
from policy.rules import Rule
from privacy.purposes import PURPOSES

TENANT = str(uuid.UUID(int=21))
EARLY, LATE, THEN = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 3))

RULES = [
    Rule("SALES:MEMBER", "consent", "read", "sales", "own_customer", ("customer", "status")),
    Rule("A", "consent", "read", "*", "", ("given_at", "withdrawn_at~", "method")),
    Rule("B", "consent", "read", "*", "", ("given_at",)),
    Rule("*", "consent", "read", "support", "", (), "deny"),
    Rule("C", "consent", "read", "*", "", ("withdrawn_at",), "deny"),
    Rule("D", "consent", "update", "*", "", ("status",)),
]
MIRRORED = [
    Rule(
        "SALES:MEMBER",
        "consent_event",
        "read",
        "sales",
        "own_customer",
        ("consent", "customer", "status"),
    ),
    Rule("A", "consent_event", "read", "*", "", ("method", "at~", "dated~", "author", "source")),
    Rule("*", "consent_event", "read", "support", "", (), "deny"),
    Rule("C", "consent_event", "read", "*", "", ("at", "dated"), "deny"),
]  # fmt: skip


def test_f3_what_stood_before_is_the_beginning_of_the_history(cluster: EmbeddedCluster) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    config = _config(Database.MAIN, cluster.url(name, OWNER))
    command.upgrade(config, "0027_erasure_notes")
    asyncio.run(_with_consents(cluster.url(name)))
    command.upgrade(config, "0028_consent_history")
    events, rules = asyncio.run(_found(cluster.url(name)))
    assert events == [
        ("form", EARLY, "GRANTED", "form", True, "UPGRADE"),
        ("form", LATE, "WITHDRAWN", None, True, "UPGRADE"),
        ("import", EARLY, "GRANTED", "import", True, "UPGRADE"),
        ("import", THEN, "GRANTED", "import", False, "UPGRADE"),
    ]
    assert rules == RULES + MIRRORED
    compile_policy(TENANT, 2, rules, [], shapes=SHAPES, purposes=PURPOSES)


async def _with_consents(admin: str) -> None:
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(
            "INSERT INTO tenants (tenant_id, slug, name, region, created_at)"
            " VALUES ($1, 'old', 'Old', 'DE', now())",
            TENANT,
        )
        for method, status, given, gone in (
            ("form", "WITHDRAWN", EARLY, LATE),
            ("import", "GRANTED", THEN, None),
            ("import", "GRANTED", EARLY, None),
        ):
            await _consent(connection, method, status, given, gone)
        await connection.execute(
            "INSERT INTO policy_versions VALUES ($1, 1, 'a', 'r', now())", TENANT
        )
        await connection.executemany(
            "INSERT INTO policy_rules VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [(TENANT, 1, *row(number, rule).values()) for number, rule in enumerate(RULES)],
        )
    finally:
        await connection.close()


async def _consent(connection: asyncpg.Connection, method: str, status: str, *times: Any) -> None:
    customer = await connection.fetchval(
        "INSERT INTO customers (tenant_id, id, kind, lifecycle, tags, version, created_at, updated_at)"
        " VALUES ($1, gen_random_uuid(), 'PERSON', 'LEAD', '{}', 1, now(), now()) RETURNING id",
        TENANT,
    )
    await connection.execute(
        "INSERT INTO consents (tenant_id, id, customer_id, purpose, status, method, given_at,"
        " withdrawn_at, version, created_at, updated_at)"
        " VALUES ($1, gen_random_uuid(), $2, 'marketing', $3, $4, $5, $6, 1, $7, $7)",
        TENANT,
        customer,
        status,
        method,
        *times,
        THEN,
    )


async def _found(admin: str) -> tuple[list[Any], list[Rule]]:
    connection = await asyncpg.connect(admin)
    try:
        events = await connection.fetch(
            "SELECT c.method, e.at, e.status, e.method, e.dated, e.source FROM consent_events e"
            " JOIN consents c ON c.id = e.consent_id ORDER BY 1, 2"
        )
        rules = await connection.fetch(
            "SELECT subject, resource, action, purpose, condition, fields, effect FROM policy_rules"
            " WHERE tenant_id = $1 AND version = 2 ORDER BY number",
            TENANT,
        )
        return [tuple(one) for one in events], [
            Rule(s, r, a, p, c, tuple(f), e) for s, r, a, p, c, f, e in rules
        ]
    finally:
        await connection.close()
