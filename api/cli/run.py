"""Running a command's asynchronous part with everything connected."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from api.cli import output

if TYPE_CHECKING:
    from api.databases import Urls
    from api.settings import Settings
    from api.wiring import Services

Result = TypeVar("Result")


def with_services(
    work: Callable[[Services], Awaitable[Result]], *, settings: Settings | None = None
) -> Result:
    """Start or find the databases, bring them up to date, run ``work``, and close everything."""
    return with_urls(lambda services, _: work(services), settings=settings)


def with_urls(
    work: Callable[[Services, Urls], Awaitable[Result]],
    *,
    restored: bool = False,
    settings: Settings | None = None,
) -> Result:
    """The same for work that connects as the owning role besides; ``restored`` is for what also works
    on a database from a backup. Raises ``RestoreNeededError``.
    """
    from api.databases import databases, migrate
    from api.logs import configure
    from api.settings import Settings
    from api.wiring import services

    settings = settings or Settings()
    configure(development=settings.development or not restored)
    if settings.is_embedded and not settings.data_dir.exists():
        output.note(
            f"A new installation is made in {settings.data_dir.resolve()}: set FARLEY_DATA_DIR, if"
            " there is one elsewhere."
        )
    with databases(settings) as urls:
        if settings.is_embedded:
            migrate(urls)

        async def run() -> Result:
            async with services(settings, urls) as connected:
                if not restored:
                    await connected.guard.require()
                return await work(connected, urls)

        return asyncio.run(run())
