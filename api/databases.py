"""Where the two databases are: the embedded cluster's, or those that the settings name."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.bootstrap import APP, MAIN, OWNER, VAULT, bootstrap
from api.embedded import start, stop
from api.settings import Settings
from migrations.run import Database, upgrade


class MissingSettingError(Exception):
    """A setting is needed that was not given."""


@dataclass(frozen=True, slots=True)
class Urls:
    """The server's two URLs, and those of the role that owns the tables."""

    main: str
    vault: str
    owner_main: str
    owner_vault: str

    def __repr__(self) -> str:
        return "Urls(***)"


@contextmanager
def databases(settings: Settings) -> Iterator[Urls]:
    """The databases, for as long as the block runs; starts the embedded cluster where none is named."""
    if not settings.is_embedded:
        yield _configured(settings)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    cluster = start(settings.data_dir.resolve() / "postgresql")
    try:
        asyncio.run(bootstrap(cluster.url("postgres")))
        yield Urls(
            main=cluster.url(MAIN, APP),
            vault=cluster.url(VAULT, APP),
            owner_main=cluster.url(MAIN, OWNER),
            owner_vault=cluster.url(VAULT, OWNER),
        )
    finally:
        stop(cluster)


def migrate(urls: Urls) -> None:
    """Bring both databases to the newest revision."""
    upgrade(Database.MAIN, urls.owner_main)
    upgrade(Database.VAULT, urls.owner_vault)


def _configured(settings: Settings) -> Urls:
    if settings.vault_url is None:
        raise MissingSettingError(
            "set FARLEY_VAULT_URL too: the keys live in a database of their own"
        )
    main, vault = str(settings.database_url), str(settings.vault_url)
    return Urls(
        main=main,
        vault=vault,
        owner_main=str(settings.migrate_database_url or main),
        owner_vault=str(settings.migrate_vault_url or vault),
    )
