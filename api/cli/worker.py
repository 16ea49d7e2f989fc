import asyncio
import contextlib
import signal
import sys
from typing import Annotated

import typer

from api.cli import output
from api.databases import databases
from api.logs import configure
from api.settings import Settings
from api.wiring import services
from api.worker import run


def worker(
    *,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="Stop when standard input ends.")
    ] = False,
) -> None:
    """Do the jobs of the queue: look through texts for personal data, finish interrupted erasures."""
    settings = Settings()
    configure(development=settings.development)
    with databases(settings) as urls:

        async def main() -> None:
            stopping = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
            if with_parent:
                loop.add_reader(sys.stdin.fileno(), stopping.set)
            async with services(settings, urls) as connected:
                output.note("The worker is ready.")
                await run(connected, urls.main, stopping)

        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(main())
