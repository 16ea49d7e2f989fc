"""A pool of asyncpg connections in which each connection keeps its tenant.

Row-level security reads the tenant from a session setting. Setting it in every request costs a
round trip, so a connection remembers whom it last served and switches only for another tenant.
"""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy


class DatabaseUnavailableError(Exception):
    """PostgreSQL did not answer; the request may be tried again."""


if TYPE_CHECKING:
    Connection = PoolConnectionProxy[asyncpg.Record]


class TooSlowError(Exception):
    """A statement took longer than it may; the same request would again."""


UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
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


class TenantPool:
    """Reading connections for all tenants. Every statement goes through ``connection``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, size_max: int = 8, statement_timeout_ms: int = 10_000) -> Self:
        """Connect; raises ``DatabaseUnavailableError``."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size_max,
                connection_class=TenantConnection,
                reset=_keep_session,
                command_timeout=statement_timeout_ms / 1000 + 1,
                statement_cache_size=512,
                max_inactive_connection_lifetime=300,
                server_settings={
                    "timezone": "UTC",
                    "jit": "off",
                    "statement_timeout": str(statement_timeout_ms),
                    "application_name": "farley",
                },
            )
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError from error
        return cls(pool)

    @asynccontextmanager
    async def connection(self, tenant: str) -> "AsyncIterator[Connection]":
        """A connection that serves ``tenant``; raises ``DatabaseUnavailableError``."""
        try:
            async with self._pool.acquire(timeout=5) as connection:
                await cast("TenantConnection", connection).serve(tenant)
                yield connection
        except asyncpg.QueryCanceledError as error:
            raise TooSlowError from error
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError from error

    async def fetch(self, tenant: str, sql: str, *args: object) -> Sequence[asyncpg.Record]:
        """All rows of one statement."""
        async with self.connection(tenant) as connection:
            return await connection.fetch(sql, *args)

    async def ping(self) -> None:
        """One round trip; raises ``DatabaseUnavailableError``."""
        try:
            await self._pool.fetchval("SELECT 1", timeout=2)
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError from error

    async def close(self) -> None:
        """Close the idle connections and wait for the busy ones."""
        await self._pool.close()


async def _keep_session(_connection: object) -> None:
    """Instead of RESET ALL on release: ``serve`` decides what a connection may see."""
