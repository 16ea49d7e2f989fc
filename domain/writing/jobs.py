"""Jobs: put into the queue by the transaction that needs them, carrying ids only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from privacy.database import TenantPool

DETECT = "detect"
ERASE = "erase"
EXPIRE_DEALS = "expire_deals"
FORGET = "forget"
REMAKE = "remake"
RESEAL = "reseal"
NAMES = (DETECT, ERASE, EXPIRE_DEALS, FORGET, REMAKE, RESEAL)

HEARTBEAT_OLD = timedelta(seconds=30)
"""A worker that does a job says so twice in this time; afterwards another may take the job."""

# One look into an index for each name, however many jobs wait.
OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(since)), 0)::float8 FROM (
    SELECT (SELECT min(execute_after) FROM pgqueuer
            WHERE status = 'queued' AND entrypoint = name AND execute_after < now()) AS since
    FROM unnest($1::text[]) AS name
    UNION ALL
    SELECT min(heartbeat) FROM pgqueuer
    WHERE status = 'picked' AND heartbeat < now() - $2::interval
) AS waiting
"""


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the worker: a name, and what it is about; ``after`` holds it back for a while."""

    name: str
    tenant: str
    ids: Sequence[str]
    after: timedelta | None = None

    def payload(self) -> bytes:
        """What the queue holds."""
        return msgspec.json.encode({"tenant": self.tenant, "ids": list(self.ids)})

    @classmethod
    def from_payload(cls, name: str, payload: bytes | None) -> "Job":
        """The job of a queue row."""
        body: Mapping[str, object] = msgspec.json.decode(payload or b"{}")
        return cls(name, str(body["tenant"]), [str(i) for i in _sequence(body["ids"])])


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


async def oldest_waiting_s(pool: TenantPool) -> float:
    """For how many seconds the oldest job, of whatever tenant, has been due without being done.

    Raises ``DatabaseUnavailableError``.
    """
    async with pool.unbound() as connection:
        return float(await connection.fetchval(OLDEST, NAMES, HEARTBEAT_OLD))


async def enqueue(connection: AsyncConnection, jobs: Sequence[Job]) -> None:
    """Queue jobs in the connection's own transaction."""
    if not jobs:
        return
    from pgqueuer.adapters.persistence.queries import Queries  # noqa: PLC0415 - few commands queue jobs

    raw: Any = (await connection.get_raw_connection()).driver_connection
    queue = Queries.from_asyncpg_connection(raw)
    await queue.enqueue(
        [job.name for job in jobs],
        [job.payload() for job in jobs],
        [0] * len(jobs),
        [job.after for job in jobs],
    )
