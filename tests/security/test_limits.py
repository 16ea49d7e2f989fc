"""Each limit of a request: refused with a code, nothing left running, and the server goes on."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.builders import a_customer, another_tenant
from tests.serving import served
from tests.tampering import altered

LIST = "{ customers(first: 1) { totalCount nodes { id name } } }"
CREATE = (
    """mutation { createCustomer(input: {kind: PERSON, givenName: "Ada"}) { customer { id } } }"""
)
CPU_S = 0.02


@asynccontextmanager
async def limited(api: Api, settings: Settings, urls: Urls, **limits: Any) -> AsyncIterator[Api]:
    """The same application with other settings."""
    given = settings.model_copy(update=limits)
    async with Api.started(given, urls, api.services, api.tenant) as other:
        yield other


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


# --- cost -------------------------------------------------------------------------------------------


async def test_a_request_may_cost_what_the_limit_says_and_not_one_more(
    api: Api, settings: Settings, urls: Urls
) -> None:
    query = "query($n: Int!) { customers(first: $n) { nodes { id } } }"
    async with limited(api, settings, urls, cost_max=11) as other:
        assert "errors" not in await other.ask(query, as_="sales", n=10)
        response = await other.post(query, as_="sales", n=11)
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "TOO_EXPENSIVE", "cost": 12, "limit": 11}
    assert response.json()["extensions"]["cost"]["requested"] == 12


async def test_a_credential_that_has_used_up_what_it_has_waits(
    api: Api, settings: Settings, urls: Urls
) -> None:
    query = "{ customers(first: 89) { totalCount } }"
    limits = {"throttle_limit": 100, "throttle_restore_rate": 1}
    await a_customer(api)
    async with limited(api, settings, urls, **limits) as other:
        first = (await other.post(query, as_="sales")).json()
        assert first["extensions"]["cost"]["requested"] == 100
        spent = [await other.post("{ nothing }", as_="sales") for _ in range(10)]
        response = await other.post(query, as_="sales")
        assert response.status_code == 429
        assert codes(response) == ["RATE_LIMITED"]
        assert int(response.headers["retry-after"]) >= 1
        assert response.json()["extensions"]["cost"]["throttle"]["limit"] == 100
        assert (await other.post(query, as_="support")).status_code == 200
    assert {r.status_code for r in spent} <= {200, 429}


async def test_pages_may_have_a_hundred_records(api: Api) -> None:
    for size, code in ((100, None), (101, "PAGE_SIZE")):
        for query in (
            f"{{ customers(first: {size}) {{ totalCount }} }}",
            f"{{ customers(last: {size}) {{ totalCount }} }}",
        ):
            answer = await api.ask(query, as_="sales")
            found = [e["extensions"]["code"] for e in answer.get("errors", [])]
            assert found == ([code] if code else [])


# --- bytes and time of the body -----------------------------------------------------------------------


@pytest.fixture(scope="module")
async def port(settings: Settings, urls: Urls, tenant: str) -> AsyncIterator[int]:
    limits = {"body_timeout_ms": 300, "request_timeout_ms": 60_000}
    with served(settings.model_copy(update=limits), urls) as listening:
        yield listening


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def head(token: str, *lines: str) -> bytes:
    return "\r\n".join(
        [
            "POST /graphql HTTP/1.1",
            "host: farley",
            f"authorization: Bearer {token}",
            "content-type: application/json",
            *lines,
            "\r\n",
        ]
    ).encode()


def answer_of(connection: socket.socket) -> tuple[int, Any]:
    response = b""
    while b"\r\n\r\n" not in response or not response.endswith(b"}"):
        received = connection.recv(65_536)
        if not received:
            break
        response += received
    lines, _, body = response.partition(b"\r\n\r\n")
    return int(lines.split()[1]), json.loads(body)


async def in_thread(work: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(work)


async def still_answers(port: int, token: str) -> None:
    async with httpx.AsyncClient() as http:
        response = await http.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": "{ viewer { kind } }"},
            headers={"authorization": f"Bearer {token}"},
        )
    assert response.json()["data"] == {"viewer": {"kind": "MEMBER"}}


@pytest.mark.parametrize("sent", ["", '{"query": "{ vie'], ids=["nothing", "a part"])
async def test_a_client_that_sends_its_body_too_slowly_is_not_waited_for(
    api: Api, port: int, sent: str
) -> None:
    token = await api.token("sales")

    def slowly() -> tuple[int, Any]:
        with connected(port) as connection:
            connection.sendall(head(token, "content-length: 40") + sent.encode())
            return answer_of(connection)

    status, body = await in_thread(slowly)
    assert (status, body["errors"][0]["extensions"]["code"]) == (408, "TOO_SLOW")
    await still_answers(port, token)


@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
async def test_fifty_megabytes_are_not_read(api: Api, port: int, *, said: bool) -> None:
    token, size = await api.token("sales"), 50_000_000

    def much() -> tuple[int, Any]:
        with connected(port) as connection:
            if said:
                connection.sendall(head(token, f"content-length: {size}"))
            else:
                chunk = b"%x\r\n%b\r\n" % (65_536, b" " * 65_536)
                connection.sendall(head(token, "transfer-encoding: chunked") + chunk * 20)
            return answer_of(connection)

    status, body = await in_thread(much)
    assert (status, body["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")
    await still_answers(port, token)


async def test_a_body_may_have_as_many_bytes_as_the_limit_says(
    api: Api, settings: Settings, urls: Urls
) -> None:
    body = json.dumps({"query": "{ viewer { kind } }"})
    headers = {
        "authorization": f"Bearer {await api.token('sales')}",
        "content-type": "application/json",
    }
    for spare, status in ((0, 200), (-1, 413)):
        async with limited(api, settings, urls, body_bytes_max=len(body) + spare) as other:
            response = await other.http.post("/graphql", content=body, headers=headers)
        assert response.status_code == status


# --- what is refused costs little ---------------------------------------------------------------------


async def cursors(api: Api) -> dict[str, tuple[str, str]]:
    """Cursors that do not belong where they are used: each with the order it is used in."""
    other = await another_tenant(api)
    for asked in (api, other):
        for _ in range(2):
            await a_customer(asked)
    query = "{ customers(first: 1) { pageInfo { endCursor } } }"
    here = (await api.data(query, as_="sales"))["customers"]["pageInfo"]["endCursor"]
    there = (await other.data(query, as_="sales"))["customers"]["pageInfo"]["endCursor"]
    return {
        "tampered": (altered(here), "[]"),
        "another tenant": (there, "[]"),
        "another order": (here, "[{field: UPDATED_AT, direction: DESC}]"),
        "nonsense": ("nonsense", "[]"),
        "nothing": ("", "[]"),
    }


async def test_a_cursor_that_does_not_belong_is_refused(api: Api) -> None:
    for name, (cursor, order) in (await cursors(api)).items():
        query = f"query($c: String) {{ customers(first: 1, after: $c, orderBy: {order}) {{ totalCount }} }}"
        spent = []
        for _ in range(5):
            before = time.thread_time()
            answer = await api.ask(query, as_="sales", c=cursor)
            spent.append(time.thread_time() - before)
            found = [error["extensions"]["code"] for error in answer["errors"]]
            assert found == ["INVALID_CURSOR"], name
        assert min(spent) < CPU_S, name
    assert "errors" not in await api.ask(LIST, as_="sales")


def refused_bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    chain = " ".join(f"fragment F{i} on Customer {{ ...F{i + 1} ...F{i + 1} }}" for i in range(30))
    start = "{ customers(first: 1) { nodes { ...F0 } } } "
    yield "chain", "TOO_MANY_FIELDS", {"query": f"{start}{chain} fragment F30 on Customer {{ id }}"}
    aliases = " ".join(f"a{i}: __typename" for i in range(10_000))
    yield "aliases", "TOO_MANY_ALIASES", {"query": f"{{ {aliases} }}"}
    directives = "{ viewer { kind " + "@a " * 10_000 + "} }"
    yield "directives", "TOO_MANY_DIRECTIVES", {"query": directives}
    deep = "{ __schema { types { " + "fields { type { " * 9 + "name" + " } }" * 9 + " } } }"
    yield "introspection", "TOO_DEEP", {"query": deep}
    yield "document", "PERSISTED_QUERY_NOT_FOUND", {"documentId": "0" * 64}


REFUSED = list(refused_bodies())


@pytest.mark.parametrize(("code", "body"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
async def test_what_is_refused_costs_little_and_the_server_goes_on(
    api: Api, code: str, body: dict[str, Any]
) -> None:
    headers = {"authorization": f"Bearer {await api.token('sales')}"}
    spent = []
    for attempt in range(5):
        given = {**body, "query": f"{body['query']} #{attempt}"} if "query" in body else body
        before = time.thread_time()
        response = await api.http.post("/graphql", json=given, headers=headers)
        spent.append(time.thread_time() - before)
        assert codes(response) == [code]
        assert "data" not in response.json()
    assert min(spent) < CPU_S
    assert "errors" not in await api.ask("{ viewer { kind } }", as_="sales")


# --- deadline and clients that go ---------------------------------------------------------------------


@asynccontextmanager
async def locked(urls: Urls, table: str) -> AsyncIterator[None]:
    """Every statement about the table waits, as if it took very long."""
    connection = await asyncpg.connect(urls.owner_main)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


class Statements:
    """What PostgreSQL is doing for the server."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def running(self) -> int:
        sql = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
            " AND application_name LIKE 'farley%'"
        )
        return int(await self._connection.fetchval(sql))

    async def become(self, number: int) -> None:
        for _ in range(200):
            if await self.running() == number:
                return
            await asyncio.sleep(0.02)
        assert await self.running() == number


@pytest.fixture
async def statements(urls: Urls) -> AsyncIterator[Statements]:
    connection = await asyncpg.connect(urls.main, user="postgres")
    yield Statements(connection)
    await connection.close()


@pytest.mark.parametrize("query", [LIST, CREATE], ids=["read", "write"])
async def test_a_request_ends_at_its_deadline_and_leaves_nothing_running(
    api: Api, settings: Settings, urls: Urls, statements: Statements, query: str
) -> None:
    async with limited(api, settings, urls, request_timeout_ms=400) as other:
        await other.ask(LIST, as_="sales")
        async with locked(urls, "customers"):
            asking = asyncio.create_task(other.post(query, as_="sales"))
            await statements.become(1)
            response = await asking
            assert response.status_code == 504
            assert codes(response) == ["TIMEOUT"]
            await statements.become(0)
        assert "errors" not in await other.ask(query, as_="sales")


async def test_a_statement_that_takes_too_long_ends_before_the_request_does(
    services: Services, settings: Settings, urls: Urls, api: Api, statements: Statements
) -> None:
    limits = {"statement_timeout_ms": 200, "request_timeout_ms": 5_000}
    async with limited(api, settings, urls, **limits) as other:
        async with locked(urls, "customers"):
            response = await other.post(LIST, as_="sales")
            assert response.status_code == 200
            assert codes(response) == ["TIMEOUT"]
            await statements.become(0)
        assert "errors" not in await other.ask(LIST, as_="sales")


@pytest.mark.parametrize("query", [LIST, CREATE], ids=["read", "write"])
async def test_what_a_client_that_has_gone_asked_for_is_stopped(
    api: Api, port: int, urls: Urls, statements: Statements, query: str
) -> None:
    token = await api.token("sales")
    await still_answers(port, token)
    before = (await api.data("{ customers(first: 0) { totalCount } }", as_="admin"))["customers"]
    body = json.dumps({"query": query}).encode()
    async with locked(urls, "customers"):
        with connected(port) as connection:
            connection.sendall(head(token, f"content-length: {len(body)}") + body)
            await statements.become(1)
        await statements.become(0)
    await still_answers(port, token)
    after = await api.data("{ customers(first: 0) { totalCount } }", as_="admin")
    assert after["customers"] == before


async def test_many_clients_that_go_leave_every_connection_free(
    api: Api, port: int, urls: Urls, statements: Statements
) -> None:
    token = await api.token("sales")
    body = json.dumps({"query": LIST}).encode()
    request = head(token, f"content-length: {len(body)}") + body
    async with locked(urls, "customers"):
        gone = [connected(port) for _ in range(20)]
        for connection in gone:
            connection.sendall(request)
        await statements.become(8)
        for connection in gone:
            connection.close()
        await statements.become(0)
    waiting: list[Awaitable[None]] = [still_answers(port, token) for _ in range(10)]
    await asyncio.gather(*waiting)
