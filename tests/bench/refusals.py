"""What requests that are refused cost the server, in CPU (goal 20 ms), and that it goes on."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.bench.load import Connection, Server, request
from tests.tampering import altered

TIMES = 100
MUCH, CHUNK = 50_000_000, 65_536
SLOW_TIMES, SLOW_SECONDS = 20, 0.05
PAGE = "query($c: String) {{ customers(first: 1, after: $c{more}) {{ pageInfo {{ endCursor }} }} }}"


@dataclass(frozen=True, slots=True)
class Bad:
    """``message`` makes the nth request: documents differ, so that nothing of them is remembered."""

    name: str
    code: str
    message: Callable[[int], bytes]


async def measure_refusals(server: Server, token: str) -> None:
    print("\n| refused | code | server CPU ms (goal 20) |\n|---|---|---|")
    cursor = await _cursor(server, token)
    for bad in _bad(token, cursor):
        await _refused(server, bad.message(0), bad.code)
        before = server.cpu_seconds()
        for n in range(1, TIMES + 1):
            await _refused(server, bad.message(n), bad.code)
        _print(bad.name, bad.code, (server.cpu_seconds() - before) / TIMES)
    before = server.cpu_seconds()
    await asyncio.gather(*(_slowly(server, token) for _ in range(SLOW_TIMES)))
    _print("a byte each 50 ms", "TOO_SLOW", (server.cpu_seconds() - before) / SLOW_TIMES)
    await _cursor(server, token)


def _print(name: str, code: str, seconds: float) -> None:
    print(f"| {name} | `{code}` | {seconds * 1000:.1f} |", flush=True)


def _bad(token: str, cursor: str) -> Iterator[Bad]:
    def document(name: str, code: str, text: str) -> Bad:
        return Bad(name, code, lambda n: _post(token, {"query": f"{text} #{n}"}))

    def page(name: str, after: str, more: str = "") -> Bad:
        body = {"query": PAGE.format(more=more), "variables": {"c": after}}
        return Bad(name, "INVALID_CURSOR", lambda _: _post(token, body))

    chain = " ".join(f"fragment F{i} on Customer {{ ...F{i + 1} ...F{i + 1} }}" for i in range(30))
    chain = f"{{ customers(first: 1) {{ nodes {{ ...F0 }} }} }} {chain} fragment F30 on Customer {{ id }}"
    yield document("a chain of 30 fragments", "TOO_MANY_FIELDS", chain)
    aliases = " ".join(f"a{i}: __typename" for i in range(10_000))
    yield document("10,000 aliases", "TOO_MANY_ALIASES", f"{{ {aliases} }}")
    directives = "{ viewer { kind " + "@a " * 10_000 + "} }"
    yield document("10,000 directives", "TOO_MANY_DIRECTIVES", directives)
    deep = "{ __schema { types { " + "fields { type { " * 9 + "name" + " } }" * 9 + " } } }"
    yield document("deep introspection", "TOO_DEEP", deep)
    unknown = _post(token, {"documentId": "0" * 64})
    yield Bad("an unknown document id", "PERSISTED_QUERY_NOT_FOUND", lambda _: unknown)
    yield page("a tampered cursor", altered(cursor))
    yield page(
        "a cursor of another order", cursor, ", orderBy: [{field: UPDATED_AT, direction: DESC}]"
    )
    said = _head(token, f"content-length: {MUCH}") + b" " * MUCH
    yield Bad("50 MB, announced", "TOO_LARGE", lambda _: said)
    chunk = b"%x\r\n%b\r\n" % (CHUNK, b" " * CHUNK)
    unsaid = _head(token, "transfer-encoding: chunked") + chunk * (MUCH // CHUNK) + b"0\r\n\r\n"
    yield Bad("50 MB, in chunks", "TOO_LARGE", lambda _: unsaid)


async def _refused(server: Server, message: bytes, code: str) -> None:
    """On a connection of its own: the server may hang up on who sends too much."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    sending = asyncio.create_task(_send(writer, message))
    try:
        await _answered(reader, code)
    finally:
        sending.cancel()
        writer.close()


async def _send(writer: asyncio.StreamWriter, message: bytes) -> None:
    with suppress(ConnectionError):
        for start in range(0, len(message), CHUNK):
            writer.write(message[start : start + CHUNK])
            await writer.drain()


async def _slowly(server: Server, token: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    answer = asyncio.create_task(_answered(reader, "TOO_SLOW"))
    writer.write(_head(token, "content-length: 10000"))
    while not answer.done():
        writer.write(b" ")
        await asyncio.wait([answer], timeout=SLOW_SECONDS)
    await answer
    writer.close()


async def _answered(reader: asyncio.StreamReader, code: str) -> None:
    """Raises ``IncompleteReadError`` with what came instead, once the server hangs up."""
    await reader.readuntil(f'"code":"{code}"'.encode())


async def _cursor(server: Server, token: str) -> str:
    async with Connection(server.port) as connection:
        body = await connection.ask(_post(token, {"query": PAGE.format(more="")}))
    cursor: str = json.loads(body)["data"]["customers"]["pageInfo"]["endCursor"]
    return cursor


def _post(token: str, body: dict[str, Any]) -> bytes:
    return request("POST", "/graphql", json.dumps(body).encode(), token)


def _head(token: str, length: str) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "host: localhost", f"authorization: Bearer {token}"]
    return "\r\n".join([*lines, "content-type: application/json", length, "", ""]).encode()
