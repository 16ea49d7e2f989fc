"""A load generator that costs little itself: keep-alive connections that ask again at once."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

Message = bytes | Callable[[], bytes]
"""A request, or what makes the next one."""


REFUSALS = b'"errors":', b'"userErrors":[{'


@dataclass(frozen=True, slots=True)
class Figures:
    requests: int
    seconds: float
    server_cpu_seconds: float
    database_cpu_seconds: float
    p50_ms: float
    p99_ms: float
    rss_mb: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def server_cpu_ms(self) -> float:
        return self.server_cpu_seconds * 1000 / self.requests

    @property
    def database_cpu_ms(self) -> float:
        return self.database_cpu_seconds * 1000 / self.requests


@dataclass(frozen=True, slots=True)
class Server:
    process: psutil.Process
    port: int
    database: psutil.Process

    def cpu_seconds(self) -> float:
        """User's and system's, of all its threads; the kernel counts in steps of 10 ms."""
        return _cpu(self.process)


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"content-length: {len(body)}"]
    if token:
        lines += [f"authorization: Bearer {token}", "content-type: application/json"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def measure(server: Server, message: Message, *, connections: int, seconds: float) -> Figures:
    """Warm up for a quarter of the time, then measure; every answer must be a 200 without errors."""
    await _load(server.port, message, connections, seconds / 4)
    before = server.cpu_seconds(), _database_cpu(server.database)
    began = time.perf_counter()
    times = await _load(server.port, message, connections, seconds)
    elapsed = time.perf_counter() - began
    after = server.cpu_seconds(), _database_cpu(server.database)
    times.sort()
    return Figures(
        requests=len(times),
        seconds=elapsed,
        server_cpu_seconds=after[0] - before[0],
        database_cpu_seconds=after[1] - before[1],
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[len(times) * 99 // 100] * 1000,
        rss_mb=server.process.memory_info().rss / 2**20,
    )


class Connection:
    """A keep-alive connection; every answer must be a 200 without errors."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, message: bytes) -> bytes:
        """The body of the answer."""
        self._writer.write(message)
        head = await self._reader.readuntil(b"\r\n\r\n")
        body = await self._reader.readexactly(_length(head))
        if not head.startswith(b"HTTP/1.1 200") or any(word in body for word in REFUSALS):
            raise AssertionError(head[:20] + body[:200])
        return body


async def _load(port: int, message: Message, connections: int, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    found = await asyncio.gather(*(_client(port, message, until) for _ in range(connections)))
    return [one for times in found for one in times]


async def _client(port: int, message: Message, until: float) -> list[float]:
    times = []
    async with Connection(port) as connection:
        while (began := time.perf_counter()) < until:
            await connection.ask(message() if callable(message) else message)
            times.append(time.perf_counter() - began)
    return times


def _length(head: bytes) -> int:
    at = head.lower().index(b"content-length: ") + 16
    return int(head[at : head.index(b"\r\n", at)])


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _database_cpu(postmaster: psutil.Process) -> float:
    """Of what lives: a worker that ends between two looks takes its share along."""
    used = _cpu(postmaster)
    for process in postmaster.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += _cpu(process)
    return used
