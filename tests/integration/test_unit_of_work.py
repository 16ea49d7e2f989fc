"""One use case, one transaction: rows, audit leaf, outbox event and job together, or nothing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Self

import asyncpg
import msgspec
import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.consents.change_consent import GrantConsent, grant_consent
from domain.customers.create_customer import CreateCustomer, create_customer
from domain.customers.update_customer import UpdateCustomer, update_customer
from domain.directory.principals import principal_named
from domain.erasure.erase_subject import EraseSubject, request_erasure
from domain.interactions.record_interaction import RecordInteraction, record_interaction
from domain.opportunities.advance_opportunity import AdvanceOpportunity, advance_opportunity
from domain.opportunities.create_opportunity import CreateOpportunity, create_opportunity
from domain.values.money import Money
from domain.writing.jobs import DETECT, Job
from domain.writing.unit_of_work import Event, UnitOfWork, unit_of_work
from tests.api import Api
from tests.builders import a_customer, a_stage, an_opportunity, the_pipeline
from tests.footprints import contents

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
POINTS = [{"kind": "EMAIL", "value": "unit@example.com"}, {"kind": "PHONE", "value": "0151 1"}]

Command = Callable[[UnitOfWork], Awaitable[str]]


async def make(api: Api, name: str) -> tuple[str, Command]:
    """Who may run the command, and the command on a record of its own."""
    customer = (await a_customer(api))[4:]
    deal = (await an_opportunity(api, f"cus_{customer}", "1"))[4:]
    reference = [{"system": "ERP", "id": customer}]
    values: dict[str, Any] = {"kind": "PERSON", "given_name": "Ada", "contact_points": POINTS}
    values["external_references"] = reference
    stage, pipeline = a_stage(api, "Qualified")[4:], the_pipeline(api)[4:]
    said: dict[str, Any] = {"body": "Hello", "participants": [customer], "key": customer}
    told = RecordInteraction(customer, "WEB", "INBOUND", WHEN, **said)
    wanted: dict[str, Any] = {"value": Money(Decimal(1), "EUR"), "expected_close": date(2027, 1, 1)}
    offer = CreateOpportunity(customer, pipeline, "Engines", **wanted)
    commands: dict[str, Command] = {
        "create_customer": lambda w: create_customer(CreateCustomer(values, key=customer), w),
        "update_customer": lambda w: update_customer(
            UpdateCustomer(customer, 1, {"contact_points": POINTS, "tags": ["a"]}), w
        ),
        "record_interaction": lambda w: record_interaction(told, w),
        "create_opportunity": lambda w: create_opportunity(offer, w),
        "advance_opportunity": lambda w: advance_opportunity(AdvanceOpportunity(deal, stage, 1), w),
        "grant_consent": lambda w: grant_consent(GrantConsent(customer, "marketing", "form"), w),
        "request_erasure": lambda w: request_erasure(EraseSubject(customer), w),
    }
    return "compliance" if name == "request_erasure" else "sales", commands[name]


NAMES = (
    "create_customer",
    "update_customer",
    "record_interaction",
    "create_opportunity",
    "advance_opportunity",
    "grant_consent",
    "request_erasure",
)


async def run(api: Api, as_: str, command: Command) -> str:
    principal = await principal_named(api.services.pool, api.tenant, as_)
    caller = await api.services.caller(principal, principal.purpose)
    async with unit_of_work(api.services.stores, caller, "DE") as work:
        return await command(work)


class BrokenError(Exception):
    """The database said no."""


class FailsAt:
    """Makes the nth statement of the engine fail."""

    def __init__(self, api: Api, number: int) -> None:
        self._engine = api.services.stores.engine.sync_engine
        self._left = number
        self.reached = False

    def __enter__(self) -> Self:
        sa.event.listen(self._engine, "before_cursor_execute", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self._engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached = True
            raise BrokenError


async def main_contents(urls: Urls) -> Mapping[str, str]:
    """Without the vault: a key without data may stay, which opens nothing."""
    whole = await contents(urls)
    return {name: rows for name, rows in whole.items() if name.startswith("main.")}


@pytest.mark.parametrize("name", NAMES)
async def test_a_command_that_fails_at_any_statement_leaves_nothing(
    api: Api, urls: Urls, name: str
) -> None:
    as_, command = await make(api, name)
    before = await main_contents(urls)
    for number in range(1, 40):
        with FailsAt(api, number) as failing:
            try:
                await run(api, as_, command)
            except BrokenError:
                assert await main_contents(urls) == before, number
        if not failing.reached:
            break
    assert number > 5
    assert await main_contents(urls) != before


async def test_a_job_that_cannot_be_queued_leaves_nothing(api: Api, urls: Urls) -> None:
    as_, command = await make(api, "record_interaction")
    before = await main_contents(urls)

    async def and_a_job(work: UnitOfWork) -> str:
        id_ = await command(work)
        work.enqueue(DETECT, ["\ud800"])
        return id_

    with pytest.raises(UnicodeEncodeError):
        await run(api, as_, and_a_job)
    assert await main_contents(urls) == before


async def test_an_error_after_the_last_statement_leaves_nothing(api: Api, urls: Urls) -> None:
    before = await main_contents(urls)

    async def fails_late(work: UnitOfWork) -> str:
        work.happened(Event("CustomerCreated", "customer", (work.tenant,), (work.tenant,)))
        work.enqueue(DETECT, [work.tenant])
        await work.flush()
        raise BrokenError

    with pytest.raises(BrokenError):
        await run(api, "sales", fails_late)
    assert await main_contents(urls) == before


async def test_a_commit_that_fails_leaves_nothing(api: Api, urls: Urls) -> None:
    as_, command = await make(api, "create_customer")
    before = await main_contents(urls)

    def broken(_: object) -> None:
        raise BrokenError

    engine = api.services.stores.engine.sync_engine
    sa.event.listen(engine, "commit", broken)
    try:
        with pytest.raises(BrokenError):
            await run(api, as_, command)
    finally:
        sa.event.remove(engine, "commit", broken)
    assert await main_contents(urls) == before
    await run(api, as_, command)


WRITTEN = {
    "create_customer": (
        "CustomerCreated",
        "customers lookup_tags external_references search_tokens",
    ),
    "update_customer": ("CustomerUpdated", "customers lookup_tags search_tokens"),
    "record_interaction": (
        "InteractionRecorded",
        "interactions participants search_tokens pgqueuer",
    ),
    "create_opportunity": ("OpportunityCreated", "opportunities stage_changes search_tokens"),
    "advance_opportunity": ("OpportunityAdvanced", "opportunities stage_changes"),
    "grant_consent": ("ConsentGranted", "consents"),
    "request_erasure": ("ErasureRequested", "customers erasures pgqueuer"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_success_writes_everything_in_one_transaction(
    api: Api, urls: Urls, name: str
) -> None:
    as_, command = await make(api, name)
    await run(api, as_, command)
    event, tables = WRITTEN[name]
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        newest = "SELECT xmin::text, event FROM outbox ORDER BY number DESC LIMIT 1"
        (row,) = await connection.fetch(newest)
        assert row["event"] == event
        leaves = await connection.fetch(
            "SELECT leaf FROM audit_leaves WHERE xmin::text = $1", row["xmin"]
        )
        assert event in {msgspec.json.decode(leaf)["action"] for (leaf,) in leaves}
        for table in tables.split():
            written = f"SELECT count(*) FROM {table} WHERE xmin::text = $1"  # noqa: S608 - ours
            assert await connection.fetchval(written, row["xmin"]) >= 1, table
    finally:
        await connection.close()


async def test_what_waits_for_others_holds_ids_and_no_values(api: Api, urls: Urls) -> None:
    as_, command = await make(api, "record_interaction")
    id_ = await run(api, as_, command)
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        jobs = await connection.fetch("SELECT entrypoint, payload FROM pgqueuer ORDER BY id DESC")
        events = await connection.fetch("SELECT entities::text[] FROM outbox ORDER BY number DESC")
    finally:
        await connection.close()
    job = Job.from_payload(jobs[0]["entrypoint"], jobs[0]["payload"])
    assert job == Job(DETECT, api.tenant, [f"int_{id_}"])
    assert set(msgspec.json.decode(jobs[0]["payload"])) == {"tenant", "ids"}
    assert events[0]["entities"] == [id_]
