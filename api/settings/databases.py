"""Database addresses: the embedded cluster's, or those that the settings name."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
from pydantic import SecretStr

from api.settings.embedded import start, stop
from api.settings.roles_and_databases import APP, MAIN, OWNER, VAULT, bootstrap
from api.settings.settings import Settings, misspelt
from migrations.databases import Database, newest, revision_number

ADMIN = "postgres"
"""The embedded cluster's superuser."""


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


def require_data_dir(settings: Settings) -> None:
    """Make the data directory; raises ``InvalidSettingError`` where it cannot be made or written to."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        is_usable = os.access(settings.data_dir, os.R_OK | os.W_OK | os.X_OK)
    except OSError:
        is_usable = False
    if not is_usable:
        message = "FARLEY_DATA_DIR is no directory that can be written to: set it to one that can."
        raise InvalidSettingError(message)


@contextmanager
def databases(settings: Settings) -> Iterator[Urls]:
    """The databases, for as long as the block runs; starts the embedded cluster where none is named."""
    if (wrong := misspelt()) is not None:
        raise InvalidSettingError(f"{wrong[0]} is no setting: is {wrong[1]} meant?")
    if not settings.is_embedded:
        yield _configured(settings)
        return
    require_data_dir(settings)
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


@dataclass(frozen=True, slots=True)
class Audited:
    """Where somebody connects who sees every row, whatever tenant's it is."""

    main: str
    vault: str
    user: str | None = None
    """Instead of the URLs' own."""

    def __repr__(self) -> str:
        return "Audited(***)"


def audited(settings: Settings, urls: Urls) -> Audited:
    """The embedded databases as their superuser, or those that the settings name."""
    if settings.is_embedded:
        return Audited(urls.main, urls.vault, ADMIN)
    return Audited(
        _audit_url("FARLEY_AUDIT_DATABASE_URL", settings.audit_database_url),
        _audit_url("FARLEY_AUDIT_VAULT_URL", settings.audit_vault_url),
    )


def migrate(urls: Urls) -> None:
    """Bring both databases to the newest revision, those that are not there already."""
    owners = ((Database.MAIN, urls.owner_main), (Database.VAULT, urls.owner_vault))
    older = [one for one in owners if asyncio.run(_revision(one[1])) != newest(one[0])]
    if older:
        from migrations.run import upgrade  # noqa: PLC0415 - Alembic takes as long to load as all else

        for database, url in older:
            upgrade(database, url)


async def _revision(url: str) -> str | None:
    """The number of the one that a database has, if it has any."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return revision_number(str(found[0][0])) if len(found) == 1 else None


def _configured(settings: Settings) -> Urls:
    main = _url("FARLEY_DATABASE_URL", settings.database_url)
    vault = _url("FARLEY_VAULT_URL", settings.vault_url)
    return Urls(
        main=main,
        vault=vault,
        owner_main=_url("FARLEY_MIGRATE_DATABASE_URL", settings.migrate_database_url or main),
        owner_vault=_url("FARLEY_MIGRATE_VAULT_URL", settings.migrate_vault_url or vault),
    )


def _audit_url(name: str, value: SecretStr | None) -> str:
    if value is None:
        raise InvalidSettingError(f"{name} is not set: the URL of a role that sees every row.")
    return _url(name, value)


def _url(name: str, value: SecretStr | str | None) -> str:
    """A setting's URL; the error says its name only, since a URL may hold a password."""
    if value is None:
        raise InvalidSettingError(f"{name} is not set, though the other database's URL is.")
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text.startswith(("postgresql://", "postgres://")):
        raise InvalidSettingError(f"{name} must begin with postgresql://")
    if not _is_url(text):
        raise InvalidSettingError(
            f"{name} cannot be read: write postgresql://role:password@host:5432/database, with %40 for an"
            " @ in the password, %2F for a slash and so on."
        )
    return text.replace("postgres://", "postgresql://", 1)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.port is None or parts.port > 0
    except ValueError:
        return "," in text  # Several hosts, each with its port.
