"""Where the two databases are: the embedded cluster's, or those that the settings name."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from api.bootstrap import APP, MAIN, OWNER, VAULT, bootstrap
from api.embedded import start, stop
from api.settings import Settings
from migrations.run import Database, upgrade


class InvalidSettingError(Exception):
    """A setting is missing or has the wrong form; never repeats its value."""


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
    main = _url("FARLEY_DATABASE_URL", settings.database_url)
    vault = _url("FARLEY_VAULT_URL", settings.vault_url)
    return Urls(
        main=main,
        vault=vault,
        owner_main=_url("FARLEY_MIGRATE_DATABASE_URL", settings.migrate_database_url or main),
        owner_vault=_url("FARLEY_MIGRATE_VAULT_URL", settings.migrate_vault_url or vault),
    )


def _url(name: str, value: SecretStr | str | None) -> str:
    """A setting's URL; the error says its name only, since a URL may hold a password."""
    if value is None:
        raise InvalidSettingError(f"{name} is not set, though the other database's URL is.")
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text.startswith(("postgresql://", "postgres://")):
        raise InvalidSettingError(f"{name} must begin with postgresql://")
    return text.replace("postgres://", "postgresql://", 1)
