"""Runner of a command's asynchronous part, with everything connected that it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, TypeVar

from api.cli.terminal import output
from api.cli.terminal.known_tenant import require_installation, require_tenant

if TYPE_CHECKING:
    from api.runtime.connections import Connections
    from api.runtime.wiring import Services
    from api.settings.databases import Urls
    from api.settings.settings import Settings

Result = TypeVar("Result")
Connected = TypeVar("Connected", bound="Connections")
Connecting = Callable[["Settings", "Urls"], AbstractAsyncContextManager[Connected]]


def with_connections(
    work: Callable[[Connections], Awaitable[Result]], *, restored: bool = False
) -> Result:
    """As the others, for work that touches no record: it starts in half the time."""
    from api.runtime.connections import connections

    return _run(connections, lambda connected, _: work(connected), restored=restored)


def with_services(
    work: Callable[[Services], Awaitable[Result]],
    *,
    settings: Settings | None = None,
    makes_tenant: bool = False,
) -> Result:
    """Start or find the databases, bring them up to date, run ``work``, and close everything.

    Ends where there is no such tenant, but for work that makes it.
    """
    return with_urls(
        lambda services, _: work(services), settings=settings, makes_tenant=makes_tenant
    )


def with_urls(
    work: Callable[[Services, Urls], Awaitable[Result]],
    *,
    restored: bool = False,
    makes_tenant: bool = False,
    settings: Settings | None = None,
) -> Result:
    """The same for work that connects as the owning role besides; ``restored`` is for what also works
    on a database from a backup, whoever's it is. Raises ``RestoreNeededError``.
    """
    from api.runtime.wiring import services

    return _run(services, work, restored=restored, makes_tenant=makes_tenant, settings=settings)


def _run(
    connecting: Connecting[Connected],
    work: Callable[[Connected, Urls], Awaitable[Result]],
    *,
    restored: bool = False,
    makes_tenant: bool = False,
    settings: Settings | None = None,
) -> Result:
    from api.settings.databases import databases, migrate
    from api.settings.logs import configure
    from api.settings.settings import Settings

    settings = settings or Settings()
    configure(development=settings.development or not restored)
    if not (makes_tenant or restored):
        require_installation(settings)
    elif settings.is_embedded and not settings.data_dir.exists():
        output.note(
            f"A new installation is made in {settings.data_dir.resolve()}: set FARLEY_DATA_DIR, if"
            " there is one elsewhere."
        )
    with databases(settings) as urls:
        if settings.is_embedded:
            migrate(urls)

        async def run() -> Result:
            async with connecting(settings, urls) as connected:
                if not restored:
                    await connected.guard.require()
                    if not makes_tenant:
                        await require_tenant(connected, urls)
                return await work(connected, urls)

        return asyncio.run(run())
