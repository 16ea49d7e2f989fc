"""A server hears of a new version at once, and finds it by itself where it hears nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import asyncpg
import pytest
from structlog.testing import capture_logs

from api.cli.policies.policy_session import acting_caller
from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.entities.registry import SHAPES
from domain.policies.change_policy import RestorePolicy, change_policy
from domain.settings.provisioning import provision
from domain.values.ids import new_id
from domain.writing.unit_of_work import unit_of_work
from policy import listener
from policy.listener import listening
from policy.snapshots import VERSION_CHECK_SECONDS, PolicySnapshots
from privacy.purposes import PURPOSES
from tests.integration.test_policy_snapshots import ONE_RULE, Clock, publish

SOON_SECONDS = 10.0  # Of waiting for what takes milliseconds, on a machine that others use.


@pytest.fixture
async def new_tenant(services: Services) -> str:
    return await provision(services.stores, services.registry, f"t-{new_id()}", "Test", "DE")


@pytest.fixture
def stopped() -> Clock:
    return Clock()


@pytest.fixture
async def store(services: Services, urls: Urls, stopped: Clock) -> AsyncIterator[PolicySnapshots]:
    """A store whose clock stands still, so that it never looks by itself."""
    store = PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES, clock=stopped)
    async with listening(urls.main, store):
        await _listening(services)
        yield store


async def _listening(services: Services) -> None:
    """Until the listener's connection is there."""

    async def there() -> bool:
        rows = await services.pool.fetch(
            new_id(),
            "SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE 'LISTEN%farley_policy%'",
        )
        return bool(rows)

    await until(there)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not await holds():  # noqa: ASYNC110 - another process makes it hold
            await asyncio.sleep(0.005)


async def test_a_new_version_is_there_before_anybody_asks(
    store: PolicySnapshots, services: Services, new_tenant: str
) -> None:
    assert (await store.snapshot(new_tenant)).version == 1
    await publish(services, new_tenant, 2, ONE_RULE)

    async def swapped() -> bool:
        return store._current[new_tenant].version == 2

    await until(swapped)
    assert (await store.snapshot(new_tenant)).version == 2


async def test_what_was_missed_is_found_when_the_connection_is_back(
    store: PolicySnapshots,
    services: Services,
    new_tenant: str,
    urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listener, "RECONNECT_SECONDS", 0.2)
    await store.snapshot(new_tenant)
    await _cut(urls)
    await publish(services, new_tenant, 2, ONE_RULE)

    async def found() -> bool:
        return (await store.snapshot(new_tenant)).version == 2

    await until(found)


async def _cut(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.main)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'farley-policy' AND datname = current_database()"
        )
    finally:
        await connection.close()


async def test_without_a_word_a_new_version_is_found_within_a_second(
    services: Services, new_tenant: str, stopped: Clock
) -> None:
    store = PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES, clock=stopped)
    await store.snapshot(new_tenant)
    await publish(services, new_tenant, 2, ONE_RULE)
    assert (await store.snapshot(new_tenant)).version == 1
    assert VERSION_CHECK_SECONDS <= 0.5
    stopped.seconds = VERSION_CHECK_SECONDS
    assert (await store.snapshot(new_tenant)).version == 2


async def test_an_invalid_version_is_refused_once_and_not_at_each_look(
    services: Services, new_tenant: str, stopped: Clock
) -> None:
    store = PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES, clock=stopped)
    first = await store.snapshot(new_tenant)
    await publish(services, new_tenant, 2)
    with capture_logs() as logs:
        for seconds in range(1, 4):
            stopped.seconds = float(seconds)
            assert await store.snapshot(new_tenant) is first
    assert [entry["event"] for entry in logs] == ["policy.refused"]


async def test_a_version_that_comes_while_another_is_loaded_is_not_missed(
    services: Services, new_tenant: str, stopped: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES, clock=stopped)
    load = store._load

    async def slowly(tenant: str, version: int) -> object:
        found = await load(tenant, version)
        if version == 1:
            await publish(services, new_tenant, 2, ONE_RULE)
            store.told_of(new_tenant)
        return found

    monkeypatch.setattr(store, "_load", slowly)
    assert (await store.snapshot(new_tenant)).version == 1
    assert (await store.snapshot(new_tenant)).version == 2
    await store.settle()


async def test_loading_ten_thousand_rules_leaves_the_event_loop_free(
    services: Services, new_tenant: str, stopped: Clock
) -> None:
    store = PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES, clock=stopped)
    rules = [replace(ONE_RULE, subject=f"ROLE:{number}") for number in range(10_000)]
    await publish(services, new_tenant, 2, *rules)
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(turning())
    began = time.process_time()
    snapshot = await store.snapshot(new_tenant)
    task.cancel()
    assert snapshot.version == 2
    assert turns > 20, time.process_time() - began


async def test_farley_repairs_a_policy_of_which_no_version_is_in_force(
    services: Services, tenant: str
) -> None:
    await publish(services, tenant, 2)
    fresh = replace(
        services, policies=PolicySnapshots(services.pool, shapes=SHAPES, purposes=PURPOSES)
    )
    caller, region = await acting_caller(fresh, None)
    assert caller.snapshot.version == 0
    async with unit_of_work(services.stores, caller, region) as work:
        await change_policy(RestorePolicy(1, "repaired"), work)
    assert (await fresh.policies.snapshot(tenant)).version == 3
