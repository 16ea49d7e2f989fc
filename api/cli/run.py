"""Running a command's asynchronous part with everything connected."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.databases import Urls, databases, migrate
from api.settings import Settings
from api.wiring import Services, services

Result = TypeVar("Result")


def with_services(work: Callable[[Services], Awaitable[Result]]) -> Result:
    """Start or find the databases, bring them up to date, run ``work``, and close everything."""
    return with_urls(lambda services, _: work(services))


def with_urls(
    work: Callable[[Services, Urls], Awaitable[Result]], *, restored: bool = False
) -> Result:
    """The same for work that connects as the owning role besides; ``restored`` is for what also works
    on a database from a backup. Raises ``RestoreNeededError``.
    """
    settings = Settings()
    with databases(settings) as urls:
        if settings.is_embedded:
            migrate(urls)

        async def run() -> Result:
            async with services(settings, urls) as connected:
                if not restored:
                    await connected.guard.require()
                return await work(connected, urls)

        return asyncio.run(run())
