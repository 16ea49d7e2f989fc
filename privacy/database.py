"""Tenant pool: asyncpg connections, each of which keeps its tenant.

Row-level security reads the tenant from a session setting. Setting it in every request costs a
round trip, so a connection remembers whom it last served and switches only for another tenant.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Self

import asyncpg

WAIT_SECONDS = 5.0
"""How long a request waits for a connection, new or given back."""


class DatabaseUnavailableError(Exception):
    """PostgreSQL did not answer; the request may be tried again."""


class TooSlowError(Exception):
    """A statement took longer than it may; the same request would again."""


UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    ssl.SSLError,
)


class TenantConnection(asyncpg.Connection):
    """A connection that knows whom row-level security lets it serve."""

    tenant: str | None = None

    async def serve(self, tenant: str) -> None:
        """Bind the session to ``tenant``; forgets the old one first, so that a failure leaves none."""
        if self.tenant == tenant:
            return
        self.tenant = None
        await self.execute("SELECT set_config('farley.tenant', $1, false)", tenant)
        self.tenant = tenant


Connect = Callable[[], Awaitable[TenantConnection]]


class TenantPool:
    """Reading connections for all tenants. Every statement goes through ``connection``.

    Our own, because asyncpg's pool gives a tenant any connection, so that most would have to be bound
    anew, and adds 40 to 90 µs of bookkeeping to statements that take 50.
    """

    def __init__(self, connect: Connect, size_max: int) -> None:
        self._connect = connect
        self._free = size_max
        self.made = 0
        """How many connections were made so far."""
        self._idle: list[TenantConnection] = []
        self._busy = 0
        self._returned = asyncio.Event()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, url: str, *, size_max: int = 8, statement_timeout_ms: int = 10_000) -> Self:
        """Connect; raises ``DatabaseUnavailableError``."""

        async def connected() -> TenantConnection:
            return await asyncpg.connect(
                url,
                timeout=WAIT_SECONDS / 2,
                connection_class=TenantConnection,
                statement_cache_size=512,
                server_settings={
                    "timezone": "UTC",
                    "jit": "off",
                    "statement_timeout": str(statement_timeout_ms),
                    "application_name": "farley",
                },
            )

        async def connect() -> TenantConnection:
            try:
                return await connected()
            except TimeoutError:  # A handshake that hangs does not go on: another may.
                return await connected()

        pool = cls(connect, size_max)
        await pool.ping()
        return pool

    def connection(self, tenant: str) -> "Lease":
        """A connection that serves ``tenant``; raises ``DatabaseUnavailableError``, and
        ``TooSlowError`` where a statement took too long.
        """
        return Lease(self, tenant)

    def unbound(self) -> "Lease":
        """A connection for what is of no tenant's: it may serve any, or none."""
        return Lease(self, None)

    async def fetch(
        self, tenant: str, sql: str, *args: object, took: Callable[[float], None] | None = None
    ) -> Sequence[asyncpg.Record]:
        """All rows of one statement; raises ``DatabaseUnavailableError``. ``took`` is told its seconds,
        without those for which it waited for a connection.
        """
        async with self.connection(tenant) as connection:
            began = perf_counter()
            rows: Sequence[asyncpg.Record] = await connection.fetch(sql, *args)
            if took is not None:
                took(perf_counter() - began)
            return rows

    async def ping(self) -> None:
        """One round trip; raises ``DatabaseUnavailableError``."""
        async with self.unbound() as connection:
            await connection.fetchval("SELECT 1", timeout=2)

    async def close(self) -> None:
        """Close the idle connections and wait for the busy ones."""
        while self._busy:
            self._returned.clear()
            await self._returned.wait()
        await asyncio.gather(*(connection.close() for connection in self._idle), *self._closing)
        self._idle.clear()

    async def acquire(self, tenant: str | None) -> TenantConnection:
        """A connection: one that serves the tenant already, or any other, or a new one."""
        while True:
            connection = self._pop(tenant)
            if connection is None and self._free:
                connection = await self._new()
            if connection is not None:
                self._busy += 1
                return connection
            await self._wait()

    def _pop(self, tenant: str | None) -> TenantConnection | None:
        idle = self._idle
        for number in range(len(idle) - 1, -1, -1):
            if idle[number].is_closed():
                del idle[number]
                self._free += 1
            elif idle[number].tenant == tenant:
                return idle.pop(number)
        return idle.pop() if idle else None

    async def _new(self) -> TenantConnection:
        self._free -= 1
        self.made += 1
        try:
            return await self._connect()
        except BaseException:  # However it failed, another may try in its place.
            self._gone()
            raise

    async def _wait(self) -> None:
        """Until another request gives a connection back."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn
        except BaseException:  # Cancelled, or it took too long: the turn is passed on.
            if turn.done() and not turn.cancelled():
                self._wake()  # The turn came too late for us: another may have it.
            raise

    def release(self, connection: TenantConnection, *, quiet: bool) -> None:
        """Take a connection back; ``quiet`` where nothing may still be running on it."""
        self._busy -= 1
        self._returned.set()
        if connection.is_closed():
            self._gone()
        elif quiet and not connection.is_in_transaction():
            self._idle.append(connection)
            self._wake()
        else:  # Interrupted: what it still does is cancelled before another may use its place.
            closing = asyncio.create_task(self._close(connection))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _close(self, connection: TenantConnection) -> None:
        try:
            await connection.close(timeout=WAIT_SECONDS)
        except (*UNAVAILABLE, asyncpg.PostgresError):
            connection.terminate()
        finally:
            self._gone()

    def _gone(self) -> None:
        self._free += 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


class Lease:
    """The use of one connection: ``async with``. A class, for the generators of ``contextlib`` cost as
    much as a small statement.
    """

    __slots__ = ("_connection", "_pool", "_tenant")

    def __init__(self, pool: TenantPool, tenant: str | None) -> None:
        self._pool = pool
        self._tenant = tenant

    async def __aenter__(self) -> TenantConnection:
        try:
            connection = self._connection = await self._pool.acquire(self._tenant)
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError from error
        if self._tenant is not None and connection.tenant != self._tenant:
            try:
                await connection.serve(self._tenant)
            except BaseException as error:  # However it failed, the connection is given back.
                self._return(error)
                raise
        return connection

    async def __aexit__(
        self, _kind: object, error: BaseException | None, _traceback: object
    ) -> None:
        if error is None:
            self._pool.release(self._connection, quiet=True)
        else:
            self._return(error)

    def _return(self, error: BaseException) -> None:
        """Give the connection back, and say in our words what went wrong."""
        refused = isinstance(error, asyncpg.PostgresError) and not isinstance(error, UNAVAILABLE)
        self._pool.release(self._connection, quiet=refused)
        if isinstance(error, asyncpg.QueryCanceledError):
            raise TooSlowError from error
        if isinstance(error, UNAVAILABLE):
            raise DatabaseUnavailableError from error
