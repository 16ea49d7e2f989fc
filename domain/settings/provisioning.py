"""Provisioning of a new tenant: keys, departments, a pipeline and a policy."""

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.grants import declared_rules
from domain.declaration.registry import Registry
from domain.settings.tenants import named_id, tenant_id
from domain.tables import departments, pipelines, stage_transitions, stages, tenants
from domain.writing.unit_of_work import Stores, bind_tenant
from policy.defaults.grants import DEPARTMENTS, default_links, default_rules
from policy.tables import policy_role_links, policy_rules, policy_versions

PIPELINE = "Standard"
STAGES = (
    ("New", "OPEN", 10),
    ("Qualified", "OPEN", 25),
    ("Proposal", "OPEN", 50),
    ("Negotiation", "OPEN", 75),
    ("Won", "WON", 100),
    ("Lost", "LOST", 0),
)


async def provision(stores: Stores, registry: Registry, slug: str, name: str, region: str) -> str:
    """Make the tenant, or find it as it is; returns its id."""
    tenant = tenant_id(slug)
    await stores.vault.create_tenant(tenant)
    async with stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        given = _rows(stores, tenant, slug, name, region)
        if not await _has_policy(connection, tenant):
            given += _policy_rows(stores, registry)
        for table, rows in given:
            # Unlike one statement of many values, it is cached.
            query = insert(table).on_conflict_do_nothing()
            await connection.execute(query, [{"tenant_id": tenant, **row} for row in rows])
    return tenant


Rows = list[tuple[sa.Table, list[dict[str, Any]]]]


def _rows(stores: Stores, tenant: str, slug: str, name: str, region: str) -> Rows:
    now = stores.now()
    return [
        (tenants, [{"slug": slug, "name": name, "region": region, "created_at": now}]),
        (
            departments,
            [
                {
                    "id": named_id(tenant, "department", d),
                    "code": d,
                    "name": d.title(),
                    "created_at": now,
                }
                for d in DEPARTMENTS
            ],
        ),
        *_pipeline_rows(stores, tenant),
    ]


def _pipeline_rows(stores: Stores, tenant: str) -> Rows:
    now, pipeline = stores.now(), named_id(tenant, "pipeline", PIPELINE)
    ids = {stage: named_id(tenant, "stage", f"{PIPELINE}/{stage}") for stage, _, _ in STAGES}
    rows = [
        {
            "id": ids[stage],
            "pipeline_id": pipeline,
            "name": stage,
            "position": position,
            "outcome": outcome,
            "probability": probability,
            "created_at": now,
        }
        for position, (stage, outcome, probability) in enumerate(STAGES)
    ]
    open_stages = [stage for stage, outcome, _ in STAGES if outcome == "OPEN"]
    steps = [*pairwise(open_stages)]
    steps += [(stage, end) for stage in open_stages for end in ("Won", "Lost")]
    return [
        (pipelines, [{"id": pipeline, "name": PIPELINE, "created_at": now}]),
        (stages, rows),
        (stage_transitions, [{"from_id": ids[a], "to_id": ids[b]} for a, b in steps]),
    ]


async def _has_policy(connection: AsyncConnection, tenant: str) -> bool:
    """A version that is there is never changed: the default rules that came later, a migration brings."""
    query = sa.select(policy_versions.c.version).where(policy_versions.c.tenant_id == tenant)
    return (await connection.execute(query.limit(1))).first() is not None


def _policy_rows(stores: Stores, registry: Registry) -> Rows:
    version = {"version": 1, "author": "farley", "reason": "first policy"}
    rules = [
        {
            "version": 1,
            "number": number,
            "subject": rule.subject,
            "resource": rule.resource,
            "action": rule.action,
            "purpose": rule.purpose,
            "condition": rule.condition,
            "fields": list(rule.fields),
            "effect": rule.effect,
        }
        for number, rule in enumerate([*default_rules(), *declared_rules(registry.all)])
    ]
    links = [{"version": 1, "member": link.member, "role": link.role} for link in default_links()]
    return [
        (policy_versions, [{**version, "created_at": stores.now()}]),
        (policy_rules, rules),
        (policy_role_links, links),
    ]
