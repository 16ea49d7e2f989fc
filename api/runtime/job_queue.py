"""Job queue: hands each job to its handler, on connections of its own, until one of them is lost.

INVARIANT: a job is deleted only when its handler ended it. While the database is away no outcome can
be written: such a job stays picked, and is done again when its heartbeat is old, or at once by the
next run of the same queue. Handlers bear being done twice.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.models import Job as QueuedJob

from domain.writing.jobs import HEARTBEAT_OLD
from privacy.database import UNAVAILABLE, WAIT_SECONDS

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=5)
"""How often the queue is looked at, if nothing was heard of it."""
STATEMENT_SECONDS_MAX = 15.0
CLOSE_SECONDS = 2.0
CONNECTIONS_MAX = 4

GIVE_BACK = (
    "UPDATE pgqueuer SET heartbeat = now() - interval '1 hour'"
    " WHERE queue_manager_id = $1 AND status = 'picked'"
)

Handler = Callable[[QueuedJob], Awaitable[None]]


class ConnectionLostError(Exception):
    """PostgreSQL closed a connection of the queue."""


class JobQueue:
    """The queue of one process. ``work`` may be called again whenever it failed."""

    def __init__(
        self, url: str, handlers: Mapping[str, Handler], at_once: Mapping[str, int] | None = None
    ) -> None:
        self._url = url
        self._handlers = handlers
        self._at_once = at_once or {}
        self._before: Any = None
        """Whose jobs the last run left behind; it has ended, so nobody does them."""

    async def work(self, stopping: asyncio.Event) -> None:
        """Do jobs until ``stopping`` is set, and finish those at hand. Raises whatever the driver raises,
        and ``ConnectionLostError``; jobs at hand have ended then, too.
        """
        lost = asyncio.Event()
        async with _connected(self._url, lost) as pool:
            if self._before is not None:
                await pool.execute(GIVE_BACK, self._before)
            manager = QueueManager(Outcomes(AsyncpgPoolDriver(pool)))
            self._before = manager.queue_manager_id
            for name, handler in self._handlers.items():
                limit = self._at_once.get(name, 1)
                manager.entrypoint(name, concurrency_limit=limit)(handler)
            await _until_either(manager, stopping, lost)
        if lost.is_set() and not stopping.is_set():
            raise ConnectionLostError


class Outcomes(Queries):
    """The queue's statements; a job whose next attempt cannot be noted is left as it is, picked."""

    async def retry_job(self, job: QueuedJob, *rest: Any) -> None:
        """Note that the job is to be tried again. pgqueuer would end a job for good where this fails."""
        try:
            await super().retry_job(job, *rest)
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            log.warning("job.outcome_not_written", job=job.entrypoint, error=type(error).__name__)


async def _until_either(
    manager: QueueManager, stopping: asyncio.Event, lost: asyncio.Event
) -> None:
    working = asyncio.create_task(
        manager.run(
            batch_size=1,
            dequeue_timeout=LOOK_EVERY,
            heartbeat_timeout=HEARTBEAT_OLD,
            shutdown_on_listener_failure=True,
        )
    )
    ends = [asyncio.create_task(event.wait()) for event in (stopping, lost)]
    try:
        await asyncio.wait([working, *ends], return_when=asyncio.FIRST_COMPLETED)
        manager.shutdown.set()
        await working
    finally:
        for end in ends:
            end.cancel()


@asynccontextmanager
async def _connected(url: str, lost: asyncio.Event) -> AsyncIterator[asyncpg.Pool]:
    """A pool whose connections are kept until PostgreSQL ends one of them, which sets the event."""

    async def watched(connection: asyncpg.Connection) -> None:
        connection.add_termination_listener(lambda _: lost.set())

    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS_MAX,
        max_inactive_connection_lifetime=0,
        max_queries=2**62,
        timeout=WAIT_SECONDS,
        command_timeout=STATEMENT_SECONDS_MAX,
        init=watched,
        server_settings={"application_name": "farley-worker"},
    )
    try:
        yield pool
    finally:
        if not lost.is_set():
            with suppress(Exception):  # However closing went wrong, the connections are to be gone.
                await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
        # Where its listener was lost pgqueuer does not give it back, and close() would wait for ever.
        pool.terminate()
