"""``farley serve``: the database, the worker and the API, started together."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from api.cli.directory.token import issue
from api.cli.records.demo import make_demo
from api.cli.terminal import output
from api.cli.terminal.garbage_collection import collect_seldom
from api.cli.terminal.known_tenant import require_installation, require_tenant

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from api.settings.databases import Urls
    from api.settings.settings import Settings

TOKENS_LAST = timedelta(days=7)
STOP_SECONDS = 10


def serve() -> None:
    """Start everything: the database, the worker and the API with GraphiQL.

    The first start makes up a demo data set; in production `farley init` makes the tenant before. Ctrl-C
    stops everything; starting again keeps the data.
    """
    from api.auth.oidc import require_sound
    from api.cli.server.worker_process import kept_working
    from api.serving.origins import origins
    from api.settings.databases import databases, migrate
    from api.settings.logs import configure
    from api.settings.settings import Settings

    settings = Settings()
    configure(development=settings.development)
    require_sound(settings)
    origins(settings.cors_origins, development=settings.development)  # Told now, if it is wrong.
    warn_of_a_root_key_in_a_file(settings)
    if not settings.development:
        require_installation(settings)
    with _listening(settings) as listener, databases(settings) as urls:
        if settings.is_embedded or settings.migrate_database_url:
            migrate(urls)
        tokens = asyncio.run(_prepare(settings, urls))
        with kept_working(stop_seconds=STOP_SECONDS):
            _say(settings, tokens)
            _run(settings, urls, listener)
            output.note("Stopping…")


def warn_of_a_root_key_in_a_file(settings: Settings) -> None:
    """Say so once, where it matters: in production."""
    from privacy.vault.root_keys import is_file

    if is_file(settings.root_key_urls) and not settings.development:
        output.note("The root key is in a file, which is for development: set FARLEY_ROOT_KEY.")


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The port, taken before anything else is started."""
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=1024)
    except OSError as error:
        output.fail(_why_not(error, settings))
    with listener:
        yield listener


def _why_not(error: OSError, settings: Settings) -> str:
    """Why nothing can be heard there, and which setting to change."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is taken: set FARLEY_PORT to another one."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {settings.port} is not for this account: set FARLEY_PORT to another one."
    return "FARLEY_HOST is no address of this machine: set it to one, such as 127.0.0.1."


async def _prepare(settings: Settings, urls: Urls) -> dict[str, str]:
    from api.runtime.wiring import services
    from privacy.tombstones.guard import RestoreNeededError

    async with services(settings, urls) as connected:
        try:
            await connected.guard.require()
        except RestoreNeededError:
            output.note(output.RESTORE_NEEDED)
            return {}
        if not settings.development:
            await require_tenant(connected, urls)
            return {}
        await connected.provision()
        if await _is_new(connected):
            await make_demo(connected, settings.demo_customers, seed=1)
        return await _tokens(connected)


async def _is_new(connected: Services) -> bool:
    """Whether the tenant has neither customers nor staff: `farley init` makes one that is no demo."""
    tenant = connected.own_tenant
    sql = (
        "SELECT FROM customers WHERE tenant_id = $1 UNION ALL"
        " SELECT FROM members WHERE tenant_id = $1 LIMIT 1"
    )
    return not await connected.pool.fetch(tenant, sql, tenant)


async def _tokens(connected: Services) -> dict[str, str]:
    from domain.demo.principals import PRINCIPALS
    from domain.directory.principals import UnknownPrincipalError

    found = {}
    for name in PRINCIPALS:
        with suppress(UnknownPrincipalError):
            found[name] = await issue(connected, name, None, TOKENS_LAST)
    return found


def _say(settings: Settings, tokens: dict[str, str]) -> None:
    output.result(f"Farley answers at http://{settings.host}:{settings.port}/graphql")
    if (
        tokens and not sys.stdout.isatty()
    ):  # What is redirected lies somewhere for as long as they hold.
        output.result("Tokens are shown on a terminal only: farley token --as sales prints one.")
        tokens = {}
    for name, token in tokens.items():
        output.result(f"{name:<11} {token}")
    output.note("Ctrl-C stops everything.")


def _run(settings: Settings, urls: Urls, listener: socket.socket) -> None:
    import uvicorn

    from api.app import create_app
    from api.serving.server import server_config

    app = create_app(settings, urls)
    collect_seldom()
    config = server_config(app, settings, stop_seconds=STOP_SECONDS)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
