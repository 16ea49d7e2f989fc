"""``farley worker``: the jobs of the queue, done one after another."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.known_tenant import require_installation, require_tenant

if TYPE_CHECKING:
    from api.settings.databases import Urls
    from api.settings.settings import Settings


def worker(
    *,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="Stop when standard input ends.")
    ] = False,
) -> None:
    """Do the jobs of the queue: look through texts for personal data, finish interrupted erasures."""
    from api.settings.databases import databases
    from api.settings.logs import configure
    from api.settings.settings import Settings

    settings = Settings()
    configure(development=settings.development)
    require_installation(settings)
    with databases(settings) as urls:

        async def main() -> None:
            stopping = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
            if with_parent:
                loop.add_reader(sys.stdin.fileno(), stopping.set)
            await _work(settings, urls, stopping)

        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(main())


async def _work(settings: Settings, urls: Urls, stopping: asyncio.Event) -> None:
    """Connect, again and again while the database is away, and do jobs until ``stopping`` is set."""
    import structlog

    from api.runtime.wiring import services
    from api.runtime.worker import PAUSE_SECONDS, PAUSE_SECONDS_MAX, STEADY_SECONDS, run
    from api.settings.back_off import BackOff
    from privacy.database import DatabaseUnavailableError
    from privacy.tombstones.guard import RestoreNeededError

    log = structlog.get_logger(__name__)
    back_off = BackOff(PAUSE_SECONDS, PAUSE_SECONDS_MAX, STEADY_SECONDS)
    while not stopping.is_set():
        began = monotonic()
        try:
            async with services(settings, urls) as connected:
                with contextlib.suppress(RestoreNeededError):  # Until then nobody works.
                    await connected.guard.require()
                    await require_tenant(connected, urls)
                output.note("The worker is ready.")
                await run(connected, urls.main, stopping)
        except DatabaseUnavailableError:
            pause = back_off.after(monotonic() - began)
            log.warning("worker.no_database", again_in_seconds=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
