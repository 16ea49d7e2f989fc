"""F1: no answer says less than what happened, whatever cuts it off."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.graphql.execution import halting
from api.graphql.execution.halting import Halt, Outcome
from api.graphql.http.supervision import DeadlineError
from api.graphql.planning import finish
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.values.errors import FarleyError
from domain.writing import unit_of_work
from domain.writing.commit import COMMITMENT
from tests.api import Api
from tests.builders import a_customer

THREE = """mutation($id: ID!) {
    a: createCustomer(input: {kind: PERSON, givenName: "Aaa"}) { customer { id name } }
    b: updateCustomer(input: {id: $id, expectedVersion: 1, givenName: "Bbb"}) { customer { id } }
    c: createCustomer(input: {kind: PERSON, givenName: "Ccc"}) { customer { id } }
    d: createCustomer(input: {kind: PERSON, givenName: "Ddd"}) { customer { id } } }"""
COUNT = "{ customers(first: 0) { totalCount } }"


@asynccontextmanager
async def hurried(api: Api, settings: Settings, urls: Urls, ms: int = 3_000) -> AsyncIterator[Api]:
    given = settings.model_copy(update={"request_timeout_ms": ms})
    async with Api.started(given, urls, api.services, api.tenant) as other:
        await other.ask(COUNT, as_="admin")
        yield other


@asynccontextmanager
async def held(urls: Urls, id_: str) -> AsyncIterator[None]:
    """Somebody else has the row."""
    connection = await asyncpg.connect(urls.owner_main)
    try:
        await connection.execute("ALTER TABLE customers NO FORCE ROW LEVEL SECURITY")
        async with connection.transaction():
            await connection.execute("SELECT FROM customers WHERE id = $1 FOR UPDATE", id_[4:])
            yield
    finally:
        await connection.execute("ALTER TABLE customers FORCE ROW LEVEL SECURITY")
        await connection.close()


def told(answer: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        error["path"][0]: (error["extensions"]["code"], error["extensions"]["outcome"])
        for error in answer["errors"]
    }


async def test_what_was_committed_before_the_deadline_is_in_the_data(
    api: Api, settings: Settings, urls: Urls
) -> None:
    id_ = await a_customer(api)
    before = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    async with hurried(api, settings, urls) as other, held(urls, id_):
        response = await other.post(THREE, as_="sales", id=id_)
    answer = response.json()
    assert response.status_code == 200
    assert answer["data"]["a"]["customer"]["name"] == "Aaa"
    assert [answer["data"][key] for key in "bcd"] == [None, None, None]
    assert told(answer) == dict.fromkeys("bcd", ("TIMEOUT", "NOT_DONE"))
    after = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    assert after == before + 1
    read = "query($id: ID!) { node(id: $id) { ... on Customer { name version } } }"
    node = (await api.data(read, as_="sales", id=id_))["node"]
    assert node == {"name": "Ada Lovelace", "version": 1}


async def test_a_commit_that_was_sent_is_waited_for(
    api: Api, settings: Settings, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "_commit", _slow_commit(3.5))
    before = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    async with hurried(api, settings, urls) as other:
        answer = await other.ask(THREE, as_="sales", id="cus_1")
    assert answer["data"]["a"]["customer"]["name"] == "Aaa"
    assert told(answer) == dict.fromkeys("bcd", ("TIMEOUT", "NOT_DONE"))
    after = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    assert after == before + 1


def _slow_commit(seconds: float, begun: asyncio.Event | None = None) -> Any:
    async def commit(connection: AsyncConnection) -> None:
        commitment = COMMITMENT.get()
        if commitment is not None:
            commitment.has_begun = True
            if begun is not None:
                begun.set()
            await asyncio.sleep(seconds)
        await connection.commit()
        if commitment is not None:
            commitment.is_made = True

    return commit


async def test_where_nothing_was_done_the_request_itself_says_so(
    api: Api, settings: Settings, urls: Urls
) -> None:
    id_ = await a_customer(api)
    query = "mutation($id: ID!) {" + THREE.split("\n")[2] + "}"
    async with hurried(api, settings, urls) as other, held(urls, id_):
        response = await other.post(query, as_="sales", id=id_)
    assert response.status_code == 504
    assert response.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_a_field_that_fails_hides_none_of_the_others(api: Api) -> None:
    query = """mutation {
        a: createCustomer(input: {kind: PERSON, givenName: "Aaa"}) { customer { id } }
        b: createCustomer(input: {kind: PERSON, givenName: "Bbb"})
            { customer { interactions(first: 101) { nodes { id } } } }
        c: createCustomer(input: {kind: PERSON, givenName: "Ccc"}) { customer { id } } }"""
    answer = await api.ask(query, as_="sales")
    assert answer["data"]["a"]["customer"]
    assert answer["data"]["b"] is None
    assert answer["data"]["c"]["customer"]
    assert told(answer) == {"b": ("PAGE_SIZE", "NOT_DONE")}


async def stands() -> None:
    """The caller's credential holds."""


async def test_halting_tells_what_became_of_each_field() -> None:
    halt = Halt(stands)

    async def field(*, begun: bool, made: bool) -> None:
        commitment = COMMITMENT.get()
        assert commitment is not None
        commitment.has_begun, commitment.is_made = begun, made
        asyncio.get_running_loop().call_soon(halt.ask, DeadlineError())
        await asyncio.sleep(60)

    for key, begun, made, outcome in (
        ("a", False, False, Outcome.NOT_DONE),
        ("b", True, False, Outcome.UNKNOWN),
        ("c", True, True, Outcome.DONE),
    ):
        running = asyncio.create_task(halt.run(key, partial(field, begun=begun, made=made)))
        await asyncio.sleep(0.01)
        if begun:  # As after the grace.
            assert halt._field is not None
            halt._field[0].cancel()
        with pytest.raises(FarleyError) as raised:
            await running
        assert raised.value.code == "TIMEOUT"
        assert halt.outcome(key) is outcome
        halt.reason = None


async def sent_by_a_client_that_goes(
    api: Api, gone: asyncio.Event, query: str, **variables: Any
) -> list[Any]:
    """What the application sends to a client that closes its connection when ``gone`` is set."""
    transport = api.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    token = await api.token("sales")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("farley", 80),
        "root_path": "",
    }
    body = json.dumps({"query": query, "variables": variables}).encode()
    coming = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if not coming:
            await gone.wait()
            return {"type": "http.disconnect"}
        return coming.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await transport.app(scope, receive, send)
    return sent


async def test_a_client_that_goes_during_a_commit_leaves_it_done_and_begins_nothing_more(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.Event()
    query = """mutation($k: String!) {
        a: createCustomer(input: {kind: PERSON, givenName: "Aaa", clientMutationId: $k})
            { customer { id } }
        b: createCustomer(input: {kind: PERSON, givenName: "Bbb"}) { customer { id } } }"""
    before = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    with monkeypatch.context() as patched:
        patched.setattr(unit_of_work, "_commit", _slow_commit(0.4, gone))
        await sent_by_a_client_that_goes(api, gone, query, k="goes")
    after = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    assert after == before + 1
    again = (await api.data(query, as_="sales", k="goes"))["a"]["customer"]["id"]
    repeated = (await api.data(query, as_="sales", k="goes"))["a"]["customer"]["id"]
    assert again == repeated
    last = (await api.data(COUNT, as_="admin"))["customers"]["totalCount"]
    assert last == after + 2  # Of ``b``, which has no key.


async def test_a_client_that_goes_before_the_commit_leaves_nothing(api: Api, urls: Urls) -> None:
    id_ = await a_customer(api)
    gone = asyncio.Event()
    query = "mutation($id: ID!) {" + THREE.split("\n")[2] + "}"
    async with held(urls, id_):
        asyncio.get_running_loop().call_later(0.3, gone.set)
        await sent_by_a_client_that_goes(api, gone, query, id=id_)
    read = "query($id: ID!) { node(id: $id) { ... on Customer { name version } } }"
    node = (await api.data(read, as_="sales", id=id_))["node"]
    assert node == {"name": "Ada Lovelace", "version": 1}


async def test_a_deadline_that_passes_behind_the_commit_says_that_it_was_done(
    api: Api, settings: Settings, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer could not be read any more; whoever repeats the command gets it."""
    query = """mutation { a: createCustomer(input: {kind: PERSON, givenName: "Aaa",
        clientMutationId: "behind"}) { customer { id name } } }"""

    async def slowly(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(halting, "GRACE_S", 0.1)
    async with hurried(api, settings, urls) as other:
        with monkeypatch.context() as patched:
            patched.setattr(finish, "_filled", slowly)
            answer = await other.ask(query, as_="sales")
    assert told(answer) == {"a": ("TIMEOUT", "DONE")}
    first = (await api.data(query, as_="sales"))["a"]["customer"]
    assert first["name"] == "Aaa"
    assert (await api.data(query, as_="sales"))["a"]["customer"] == first
