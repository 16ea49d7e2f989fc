"""Running a command's asynchronous part with everything connected."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from api.databases import Urls, databases, migrate
from api.settings import Settings
from api.wiring import Services, services

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


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
    if settings.is_embedded and not settings.data_dir.exists():
        hint = "set FARLEY_DATA_DIR, if there is one elsewhere"
        log.warning("farley.made_anew", at=str(settings.data_dir.resolve()), hint=hint)
    with databases(settings) as urls:
        if settings.is_embedded:
            migrate(urls)

        async def run() -> Result:
            async with services(settings, urls) as connected:
                if not restored:
                    await connected.guard.require()
                return await work(connected, urls)

        return asyncio.run(run())
