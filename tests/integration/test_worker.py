"""The worker, on the real queue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from api.runtime import worker
from api.settings.databases import Urls
from domain.directory.principals import principal_named
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasures
from domain.writing.jobs import ERASE
from domain.writing.unit_of_work import unit_of_work
from tests.api import Api
from tests.builders import a_customer, a_department, an_interaction

PATIENCE_S = 90


@asynccontextmanager
async def working(api: Api, urls: Urls) -> AsyncIterator[None]:
    """A worker runs for as long as the block does, and then stops by itself."""
    stopping = asyncio.Event()
    task = asyncio.create_task(worker.run(api.services, urls.main, stopping))
    try:
        yield
    finally:
        stopping.set()
        await asyncio.wait_for(task, PATIENCE_S)


async def until(holds: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if found := await holds():
                return found
            await asyncio.sleep(0.1)


async def queued(urls: Urls) -> tuple[int, str]:
    """How many jobs wait, and all that the queue remembers of the others."""
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        log = await connection.fetch("SELECT l::text FROM pgqueuer_log l")
        return await connection.fetchval("SELECT count(*) FROM pgqueuer"), str(log)
    finally:
        await connection.close()


TEXTS = """query($id: ID!) { node(id: $id) { ... on Interaction {
    subject body findings { body { type } } } } }"""


async def test_a_recorded_text_is_looked_through(api: Api, urls: Urls) -> None:
    customer = await a_customer(api, departmentId=a_department(api, "SUPPORT"))
    body = "Please write to john.smith@example.com or call +44 20 7946 0018."
    id_ = await an_interaction(api, customer, as_="support", subject="A call", body=body)

    async def findings() -> Any:
        node = (await api.data(TEXTS, as_="support", id=id_))["node"]
        return node["findings"]

    async with working(api, urls):
        found = await until(findings)
    kinds = {finding["type"] for finding in found["body"]}
    assert {"EMAIL_ADDRESS", "PHONE_NUMBER"} <= kinds
    masked = (await api.data(TEXTS, as_="sales", id=id_))["node"]
    assert masked["subject"] == "A call"
    assert "[EMAIL_ADDRESS]" in masked["body"]
    assert "john.smith" not in masked["body"]
    waiting, log = await queued(urls)
    assert waiting == 0
    assert "john" not in log


async def test_an_erasure_is_tried_until_it_is_done(
    api: Api, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await a_customer(api, givenName="Zebulon")
    principal = await principal_named(api.services.pool, api.tenant, "compliance")
    caller = await api.services.caller(principal, "compliance")
    async with unit_of_work(api.services.stores, caller, "DE") as work:
        erasure = await request_erasure(EraseSubject(customer[4:]), work)
        work._jobs.clear()
        work.enqueue(ERASE, [erasure])
    failures: list[int] = []

    async def fails_twice(*arguments: Any) -> None:
        if len(failures) < 2:
            failures.append(1)
            raise ValueError("Zebulon could not be erased")
        await run_erasures(*arguments)

    async def completed() -> Any:
        sql = "SELECT completed_at FROM erasures WHERE id = $1"
        (row,) = await api.services.pool.fetch(api.tenant, sql, erasure)
        return row[0]

    monkeypatch.setattr(worker, "run_erasures", fails_twice)
    monkeypatch.setattr(worker, "RETRY_AFTER", timedelta(milliseconds=10))
    async with working(api, urls):
        await until(completed)
    assert len(failures) == 2
    waiting, log = await queued(urls)
    assert waiting == 0
    assert "ValueError" in log
    assert "Zebulon" not in log
