"""Newer versions of the policy reach the server, and invalid ones do not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.declaration.grants import declared_rules
from domain.entities.registry import SHAPES
from domain.settings import provisioning
from domain.settings.provisioning import provision
from domain.values.ids import new_id
from domain.writing.unit_of_work import bind_tenant
from policy.defaults.grants import default_rules
from policy.rules import InvalidPolicyError, Rule
from policy.snapshots import VERSION_CHECK_SECONDS, PolicySnapshots
from policy.tables import policy_rules, policy_versions
from privacy.database import DatabaseUnavailableError, TenantPool
from privacy.purposes import PURPOSES

ONE_RULE = Rule("A", "customer", "read", "sales", "owner", ("kind",))


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class CountingPool(TenantPool):
    statements = 0

    async def fetch(
        self, tenant: str, sql: str, *args: object, **more: Any
    ) -> Sequence[asyncpg.Record]:
        self.statements += 1
        return await super().fetch(tenant, sql, *args, **more)


@pytest.fixture
async def pool(urls: Urls) -> AsyncIterator[CountingPool]:
    pool = await CountingPool.open(urls.main)
    yield pool
    await pool.close()


@pytest.fixture
async def new_tenant(services: Services) -> str:
    return await provision(services.stores, services.registry, f"t-{new_id()}", "Test", "DE")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(services: Services, clock: Clock) -> PolicySnapshots:
    return a_store(services.pool, clock)


def a_store(pool: TenantPool, clock: Clock) -> PolicySnapshots:
    return PolicySnapshots(pool, shapes=SHAPES, purposes=PURPOSES, clock=clock)


async def publish(services: Services, tenant: str, version: int, *rules: Rule) -> None:
    async with services.stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        await connection.execute(
            sa.insert(policy_versions).values(
                tenant_id=tenant, version=version, author="a", reason="r", created_at=sa.func.now()
            )
        )
        of = {"tenant_id": tenant, "version": version}
        rows = [
            {**of, "number": number, **asdict(rule), "fields": list(rule.fields)}
            for number, rule in enumerate(rules)
        ]
        if rows:
            await connection.execute(sa.insert(policy_rules), rows)


async def test_a_new_tenant_begins_with_the_default_policy(
    store: PolicySnapshots, new_tenant: str, services: Services
) -> None:
    snapshot = await store.snapshot(new_tenant)
    caller = services.service_principal(new_tenant)
    access = snapshot.plan(caller, "customer", "read", "administration")
    assert snapshot.version == 1
    assert access.rules == (
        next(r.id for r in default_rules() if (r.subject, r.resource) == ("SERVICE", "customer")),
    )


async def test_a_newer_version_is_seen_after_a_second(
    store: PolicySnapshots, clock: Clock, services: Services, new_tenant: str
) -> None:
    first = await store.snapshot(new_tenant)
    await publish(services, new_tenant, 2, ONE_RULE)
    clock.seconds = VERSION_CHECK_SECONDS - 0.001
    assert await store.snapshot(new_tenant) is first
    clock.seconds = VERSION_CHECK_SECONDS
    assert (await store.snapshot(new_tenant)).version == 2


async def test_an_unchanged_version_is_not_compiled_again(
    clock: Clock, pool: CountingPool, new_tenant: str
) -> None:
    store = a_store(pool, clock)
    first = await store.snapshot(new_tenant)
    clock.seconds = VERSION_CHECK_SECONDS
    assert await store.snapshot(new_tenant) is first
    assert pool.statements == 3 + 1


async def test_requests_that_come_together_look_once(
    clock: Clock, pool: CountingPool, new_tenant: str
) -> None:
    store = a_store(pool, clock)
    snapshots = await asyncio.gather(*(store.snapshot(new_tenant) for _ in range(20)))
    assert len(set(map(id, snapshots))) == 1
    assert pool.statements == 3


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([], "empty"),
        ([ONE_RULE, Rule("A", "customer", "read", "sales", "", ("shoe_size",))], "shoe_size"),
        ([Rule("A", "customer", "read", "curiosity", "", ("kind",))], "curiosity"),
        ([Rule("A", "customer", "read", "sales", "own_departmnt", ("kind",))], "own_departmnt"),
    ],
    ids=["empty", "field", "purpose", "condition"],
)
async def test_an_invalid_newer_version_is_logged_and_the_old_one_stays(
    store: PolicySnapshots,
    clock: Clock,
    services: Services,
    new_tenant: str,
    rules: list[Rule],
    why: str,
) -> None:
    first = await store.snapshot(new_tenant)
    await publish(services, new_tenant, 2, *rules)
    clock.seconds = VERSION_CHECK_SECONDS
    with capture_logs() as logs:
        assert await store.snapshot(new_tenant) is first
    (entry,) = logs
    assert {k: entry[k] for k in ("event", "log_level", "tenant", "version")} == {
        "event": "policy.refused",
        "log_level": "error",
        "tenant": new_tenant,
        "version": 2,
    }
    assert why in entry["why"]


async def test_a_valid_version_after_an_invalid_one_is_taken(
    store: PolicySnapshots, clock: Clock, services: Services, new_tenant: str
) -> None:
    await store.snapshot(new_tenant)
    await publish(services, new_tenant, 2)
    clock.seconds = VERSION_CHECK_SECONDS
    await store.snapshot(new_tenant)
    await publish(services, new_tenant, 3, ONE_RULE)
    clock.seconds = 2 * VERSION_CHECK_SECONDS
    assert (await store.snapshot(new_tenant)).version == 3


async def test_without_a_valid_policy_there_is_no_snapshot(store: PolicySnapshots) -> None:
    for _ in range(2):
        with pytest.raises(InvalidPolicyError, match="empty"):
            await store.snapshot(new_id())


@pytest.mark.parametrize(
    "bad",
    [
        {"effect": "alow"},
        {"subject": "a, b"},
        {"resource": "customer;"},
        {"action": "READ"},
        {"purpose": "sales, support"},
        {"condition": "owner() or 1=1"},
    ],
    ids=lambda bad: next(iter(bad)),
)
async def test_the_database_itself_refuses_words_that_no_rule_may_have(
    services: Services, new_tenant: str, bad: dict[str, str]
) -> None:
    rule: dict[str, Any] = {name: getattr(ONE_RULE, name) for name in ONE_RULE.__dataclass_fields__}
    with pytest.raises(sa.exc.IntegrityError):
        await publish(services, new_tenant, 2, Rule(**rule | bad))


async def test_an_expired_snapshot_does_not_outlive_the_database(
    clock: Clock, urls: Urls, new_tenant: str
) -> None:
    pool = await TenantPool.open(urls.main, size_max=1)
    store = a_store(pool, clock)
    await store.snapshot(new_tenant)
    await pool.close()
    clock.seconds = VERSION_CHECK_SECONDS
    with pytest.raises(DatabaseUnavailableError):
        await store.snapshot(new_tenant)


async def test_a_version_that_is_there_is_not_changed_by_defaults_that_come_later(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = f"t-{new_id()}"
    tenant = await provision(services.stores, services.registry, slug, "Test", "DE")
    later = [*default_rules(), ONE_RULE]
    monkeypatch.setattr(provisioning, "default_rules", lambda: later)
    await provision(services.stores, services.registry, slug, "Test", "DE")
    rows = await services.pool.fetch(
        tenant, "SELECT count(*) FROM policy_rules WHERE tenant_id = $1", tenant
    )
    declared = declared_rules(services.registry.all)
    assert rows[0][0] == len([*default_rules(), *declared])
