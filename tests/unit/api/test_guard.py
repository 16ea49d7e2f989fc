"""Heads of requests are limited before anything else is done (item 14), on a real socket.

The application behind says which headers it has, so that what passed is seen, too. What a connection may
cost is counted and not timed: bytes that reach the parser, and how often its time begins anew.
"""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field

import psutil
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from api.serving.guard import END, GuardedProtocol, HeadLimits

LIMITS = HeadLimits(timeout_s=1.0)
KIB = 1024
PARSED_MAX = 4 * LIMITS.bytes_max
"""The parser joins the pieces of a header anew with each: more of them would take time by their square."""
LINE = b"POST /graphql HTTP/1.1\r\nhost: farley\r\n"
CHUNKED = LINE + b"transfer-encoding: chunked\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, then tell of how many headers and bytes the request was."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    names = b" ".join(name for name, _ in scope["headers"])
    body = b"%d %d %s" % (len(scope["headers"]), size, names[:1_000])
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Counts:
    """What one connection cost."""

    parsed: int = 0
    timers: int = 0


Connections = dict[int, Counts]
"""By the client's port; of several the newest."""


class CountedProtocol(GuardedProtocol):
    limits = LIMITS
    seen: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        self._counts = Counts()
        self.seen[transport.get_extra_info("peername")[1]] = self._counts
        super().connection_made(transport)

    def _receive(self, piece: bytes) -> None:
        self._counts.parsed += len(piece)
        super()._receive(piece)

    def _watch(self) -> None:
        self._counts.timers += 1
        super()._watch()


@dataclass(frozen=True)
class Served:
    port: int
    connections: Connections = field(default_factory=dict)

    def counts(self, connection: socket.socket) -> Counts:
        return self.connections[connection.getsockname()[1]]

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def said(self, *pieces: bytes, pause_s: float = 0.0, answers: int | None = None) -> bytes:
        """What comes back until the server closes, or so many answers came."""
        with closing(self.connected()) as connection:
            for piece in pieces:
                try:
                    connection.sendall(piece)
                except OSError:
                    break
                time.sleep(pause_s)
            return heard(connection, answers)


def heard(connection: socket.socket, answers: int | None = None) -> bytes:
    said = b""
    connection.settimeout(10)
    with suppress(OSError):
        while (answers is None or complete(said) < answers) and (piece := connection.recv(1 << 16)):
            said += piece
    return said


def complete(said: bytes) -> int:
    """How many answers came as a whole."""
    count = 0
    while (
        head := re.match(rb"HTTP/1\.1 .*?content-length: (\d+).*?\r\n\r\n", said, re.DOTALL)
    ) and (len(said) >= head.end() + int(head[1])):
        said, count = said[head.end() + int(head[1]) :], count + 1
    return count


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = Served(listening.getsockname()[1])
        counted = type("Counted", (CountedProtocol,), {"seen": running.connections})
        config = uvicorn.Config(
            echo, loop="uvloop", http=counted, ws="none", log_config=None, lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield running
        server.should_exit = True
        thread.join()


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1]) if said else 0


def with_headers(count: int, size: int = 3) -> bytes:
    """A request of so many headers, the host's among them."""
    return LINE + b"".join(b"x-%d: %s\r\n" % (n, b"v" * size) for n in range(count - 1)) + b"\r\n"


def sized(size: int) -> bytes:
    """A request whose head is counted as so many bytes."""
    counted = len("/graphql") + len("hostfarley") + len("long") + 8
    return LINE + b"long: " + b"v" * (size - counted) + b"\r\n\r\n"


ALLOWED = {
    "a usual one": LINE + b"\r\n",
    "100 headers": with_headers(100),
    "32 KiB": sized(32 * KIB),
    "a long address": b"GET /%s HTTP/1.1\r\nhost: farley\r\n\r\n" % (b"a" * 8_000),
    "a body of 1 MiB": LINE + b"content-length: 1048576\r\n\r\n" + b"b" * 1024 * KIB,
    "chunks": CHUNKED + b"400\r\n%s\r\n" % (b"c" * KIB) * 100 + b"0\r\n\r\n",
    "small chunks": CHUNKED + b"10\r\n%s\r\n" % (b"c" * 16) * 5_000 + b"0\r\n\r\n",
    "line ends before it": b"\r\n\r\n" + LINE + b"\r\n",
}
REFUSED = {
    "101 headers": with_headers(101),
    "5,000 short headers": with_headers(5_000, 0),
    "a byte over 32 KiB": sized(32 * KIB + 1),
    "1 MiB in one header": sized(1024 * KIB),
    "1 MiB in headers of 20 kB": with_headers(53, 20_000),
    "a long name": LINE + b"n" * 40 * KIB + b": v\r\n\r\n",
    "a long address": b"GET /%s HTTP/1.1\r\nhost: farley\r\n\r\n" % (b"a" * 40 * KIB),
    "a long query": b"GET /?%s HTTP/1.1\r\nhost: farley\r\n\r\n" % (b"a" * 100 * KIB),
    "an address of 300 KiB without end": b"GET /" + b"a" * 300 * KIB,
    "300 KiB without end": LINE + b"long: " + b"v" * 300 * KIB,
    "300 KiB of spaces": LINE + b"long:" + b" " * 300 * KIB,
    "folded lines": LINE + b"long: v\r\n" + b" v\r\n" * 100 * KIB,
}


BEFORE = {
    "nothing": b"",
    "a request": LINE + b"\r\n",
    "a body": LINE + b"content-length: 30000\r\n\r\n" + b"b" * 30_000,
    "a body of line ends": LINE + b"content-length: 20000\r\n\r\n" + END * 5_000,
    "a body in chunks": CHUNKED + b"400\r\n%s\r\n" % (b"c" * KIB) * 25 + b"0\r\n\r\n",
}


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
@pytest.mark.parametrize("before", BEFORE)
def test_an_unfinished_head_is_cut_at_its_limit_whatever_came_before(
    served: Served, before: str, cut: int
) -> None:
    """It was counted from the piece after the one in which it began."""
    unfinished = LINE + b"long: " + b"v" * 32 * KIB
    whole = BEFORE[before] + unfinished[: 32 * KIB - 100]
    at = len(BEFORE[before]) - cut if BEFORE[before] else 0
    with closing(served.connected()) as connection:
        for piece in filter(None, (whole[:at], whole[at:])):
            connection.sendall(piece)
            time.sleep(0.05)
        if before != "nothing":
            assert status(heard(connection, 1)) == 200
        connection.sendall(b"v" * 300)
        assert status(heard(connection)) == 431


@pytest.mark.parametrize("name", ALLOWED)
def test_a_head_within_the_limits_passes(served: Served, name: str) -> None:
    assert status(served.said(ALLOWED[name], answers=1)) == 200


@pytest.mark.parametrize("name", REFUSED)
def test_a_head_beyond_the_limits_is_refused(served: Served, name: str) -> None:
    said = served.said(REFUSED[name])
    assert status(said) in ({400, 431} if name == "folded lines" else {431})
    assert b"connection: close" in said
    assert b'"code":"HEADERS_TOO_LARGE"' in said or status(said) == 400
    assert b"vvv" not in said


@pytest.mark.parametrize("name", ["101 headers", "1 MiB in one header", "a long address"])
def test_in_pieces_it_is_refused_all_the_same(served: Served, name: str) -> None:
    whole = REFUSED[name]
    pieces = [whole[at : at + 1_000] for at in range(0, len(whole), 1_000)]
    assert status(served.said(*pieces, pause_s=0.002)) == 431


def test_an_endless_header_neither_holds_others_up_nor_takes_memory(served: Served) -> None:
    before = psutil.Process().memory_info().rss
    with closing(served.connected()) as attacker:
        attacker.sendall(LINE + b"long: ")
        sent = 0
        while sent < 96:
            try:
                attacker.sendall(b"v" * 1024 * KIB)
            except OSError:
                break
            sent += 1
            assert status(served.said(LINE + b"connection: close\r\n\r\n")) == 200
        assert sent < 20  # It was cut off soon.
        assert served.counts(attacker).parsed <= PARSED_MAX
    assert psutil.Process().memory_info().rss - before < 50 * 2**20


def test_a_head_that_comes_in_trickles_is_cut_off(served: Served) -> None:
    """Its time begins once, however often something comes."""
    with closing(served.connected()) as slow:
        slow.sendall(LINE)
        said = b""
        slow.settimeout(0.1)
        for _ in range(LIMITS.headers_max - 10):
            try:
                slow.sendall(b"x: y\r\n")
                said = slow.recv(1_000)
                break
            except TimeoutError:
                continue
        assert status(said) == 408
        assert b"TOO_SLOW" in said
        assert served.counts(slow).timers == 1


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"POST"], ids=["nothing", "a line's end", "a word"])
def test_a_connection_that_asks_nothing_is_closed(served: Served, sent: bytes) -> None:
    with closing(served.connected()) as idle:
        idle.sendall(sent)
        idle.settimeout(LIMITS.timeout_s + 20)
        assert status(idle.recv(1_000)) in {0, 408}


def test_line_ends_do_not_keep_a_connection_open(served: Served) -> None:
    """The time begins when the connection does and after its request, and with no line end."""
    with closing(served.connected()) as kept:
        kept.sendall(LINE + b"\r\n")
        assert status(heard(kept, 1)) == 200
        is_closed = False
        for _ in range(400):
            time.sleep(0.05)
            try:
                kept.sendall(b"\r\n")
            except OSError:  # A reset, or a broken pipe.
                is_closed = True
                break
        assert is_closed
        assert served.counts(kept).timers == 2


def test_a_kept_connection_is_counted_anew_for_each_request(served: Served) -> None:
    with closing(served.connected()) as kept:
        for _ in range(5):
            kept.sendall(sized(20 * KIB))
            assert status(heard(kept, 1)) == 200
        kept.sendall(LINE + b"content-length: 200000\r\n\r\n" + b"b" * 200_000 + sized(20 * KIB))
        said = heard(kept, 2)
        assert said.count(b"HTTP/1.1 200") == 2
        assert b" 200000 " in said


def test_requests_before_a_refused_one_are_answered(served: Served) -> None:
    said = served.said(LINE + b"\r\n" + LINE + b"\r\n" + with_headers(101))
    assert said.count(b"HTTP/1.1 200") == 2
    assert b"431" not in said or said.index(b"431") > said.rindex(b" 200 ")


def test_a_flood_of_requests_on_one_connection_is_cut_off(served: Served) -> None:
    said = served.said((b"GET / HTTP/1.1\r\nhost: f\r\n\r\n") * 10_000)
    assert 1 <= said.count(b"HTTP/1.1 200") <= 40


def test_trailers_are_dropped(served: Served) -> None:
    said = served.said(CHUNKED + b"1\r\nb\r\n0\r\nauthorization: Bearer other\r\n\r\n", answers=1)
    assert status(said) == 200
    assert said.endswith(b"2 1 host transfer-encoding")


@pytest.mark.parametrize(
    "after",
    [
        b"1;" + b"e" * 1024 * KIB,
        b"1" + b";e" * 512 * KIB,
        b"0\r\nlong: " + b"v" * 1024 * KIB,
        b"0\r\n" + b"x: y\r\n" * 200 * KIB,
        b"1\r\nb\r\n" * 100 * KIB,
    ],
    ids=["a long extension", "many extensions", "a long trailer", "many trailers", "one byte each"],
)
def test_what_is_neither_head_nor_body_is_limited(served: Served, after: bytes) -> None:
    with closing(served.connected()) as connection:
        with suppress(OSError):
            connection.sendall(CHUNKED + after)
        said = heard(connection)
        assert status(said) in {0, 400}
        assert b" 200 " not in said
        assert served.counts(connection).parsed <= PARSED_MAX


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n"]
)
def test_what_is_no_request_is_refused(served: Served, sent: bytes) -> None:
    said = served.said(sent)
    assert status(said) == 400
    assert b'"code":"BAD_REQUEST"' in said
