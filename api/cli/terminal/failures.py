"""Error messages of commands: one sentence that names the remedy, never a value."""

import re
from collections.abc import Callable
from typing import Any

import asyncpg
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.cli.terminal.output import RESTORE_NEEDED
from api.settings.databases import InvalidSettingError
from api.settings.embedded import EmbeddedUnavailableError
from domain.directory.principals import UnknownPrincipalError
from domain.settings.tenants import UnknownTenantError
from domain.values.errors import FarleyError
from policy.rules import InvalidPolicyError
from privacy.database import DatabaseUnavailableError
from privacy.purposes import UnknownPurposeError
from privacy.tombstones.guard import RestoreNeededError
from privacy.tombstones.journal import JournalError
from privacy.vault.key_files import KeyFileError
from privacy.vault.providers import KeyProviderError

SENTENCES: dict[type[Exception], str] = {
    UnknownPrincipalError: "Nobody active has that name here: `farley member list` and `farley partner"
    " list` say who is there. With FARLEY_DATA_DIR or FARLEY_TENANT the server was started elsewhere?"
    " Set them for this command too.",
    UnknownTenantError: "There is no tenant of that name here: is FARLEY_TENANT right, and FARLEY_DATA_DIR?"
    " `farley init` makes one.",
    UnknownPurposeError: "Who is acted as has no usual purpose: members of the departments shipped have.",
    RestoreNeededError: RESTORE_NEEDED,
    DatabaseUnavailableError: "The database does not answer: is it running, and are FARLEY_DATABASE_URL"
    " and FARLEY_VAULT_URL right?",
}
OTHER_SCHEMA = frozenset(
    error.sqlstate
    for error in (
        asyncpg.UndefinedTableError,
        asyncpg.UndefinedColumnError,
        asyncpg.UndefinedFunctionError,
    )
)
REFUSED = {
    "28000": "does not let this role in: check the role in FARLEY_DATABASE_URL and FARLEY_VAULT_URL",
    "28P01": "refuses the password: check FARLEY_DATABASE_URL and FARLEY_VAULT_URL (and, for"
    " `farley migrate`, FARLEY_MIGRATE_DATABASE_URL and FARLEY_MIGRATE_VAULT_URL)",
    "3D000": "server has no database of that name: create it, or check the URLs (docs/operations.md)",
    "42501": "does not allow this role to do that: docs/operations.md says which role needs what",
    "53300": "server has no connection left: lower FARLEY_POOL_SIZE, or raise its max_connections",
}
SAY_THEMSELVES = (
    InvalidSettingError,
    EmbeddedUnavailableError,
    KeyFileError,
    KeyProviderError,
    InvalidPolicyError,
    JournalError,
)


def sentence(error: Exception) -> str | None:
    """What to say; none where the error is no command's, but a fault of Farley's."""
    for kind, said in SENTENCES.items():
        if isinstance(error, kind):
            return said
    if isinstance(error, FarleyError):
        return f"{error} ({error.code})"
    if isinstance(error, SAY_THEMSELVES):
        return str(error)
    for kinds, about in ABOUT:
        if isinstance(error, kinds):
            return about(error)
    return None


def _about_file(error: OSError) -> str:
    """A path is no personal value; what has none is about a connection."""
    if error.filename is None:
        return SENTENCES[DatabaseUnavailableError]
    return f"{error.filename}: {error.strerror}. Is there room, and may this account write there?"


def _about_statement(error: asyncpg.PostgresError | SQLAlchemyError) -> str:
    """Its SQLSTATE, of which the manual tells the meaning: the statement and its values are not shown."""
    raised = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(raised, "sqlstate", None)
    if state in REFUSED:
        return f"The database {REFUSED[state]} (SQLSTATE {state})."
    if state in OTHER_SCHEMA:
        return f"The database has another schema (SQLSTATE {state}): run `farley migrate`."
    if state == asyncpg.QueryCanceledError.sqlstate:
        return (
            "The database ended a statement that took too long (SQLSTATE 57014): do it again, with a"
            " greater FARLEY_STATEMENT_TIMEOUT_MS if it ends so again."
        )
    return f"The database refused a statement (SQLSTATE {state or 'unknown'})."


def _about_settings(error: ValidationError | SettingsError) -> str:
    if isinstance(error, ValidationError):
        found = {str(one["loc"][0]): one["msg"] for one in error.errors() if one["loc"]}
        said = (f"{_variable(part)} ({_plain(message)})" for part, message in found.items())
        return f"Settings that cannot be: {', '.join(said)}. docs/operations.md lists them."
    name = re.search(r'field "([a-z_]+)"', str(error))
    setting = f"FARLEY_{name[1]}".upper() if name else "A setting"
    return f"{setting} is not written as JSON, as an object has to be."


def _variable(part: str) -> str:
    return f"FARLEY_{part.removeprefix('FARLEY_')}".upper()


def _plain(message: str) -> str:
    """Pydantic's words, which never repeat what was given; not those of a parser, which may."""
    known = message.startswith(("Input should", "String should", "Value error, it must"))
    said = message.removeprefix("Value error, ")
    return said[0].lower() + said[1:] if known else "it cannot be read"


ABOUT: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], str]], ...] = (
    ((ValidationError, SettingsError), _about_settings),
    ((asyncpg.PostgresError, SQLAlchemyError), _about_statement),
    ((asyncpg.InterfaceError,), lambda _: SENTENCES[DatabaseUnavailableError]),
    ((OSError,), _about_file),
)
