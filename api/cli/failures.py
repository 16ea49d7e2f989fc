"""What a command says of an error: one sentence that names the remedy, never a value."""

import re

import asyncpg
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.cli.restore import RESTORE_NEEDED
from api.databases import InvalidSettingError
from api.embedded import EmbeddedUnavailableError
from domain.directory.principals import UnknownPrincipalError
from domain.errors import FarleyError
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
    if isinstance(error, ValidationError | SettingsError):
        return _about_settings(error)
    if isinstance(error, asyncpg.PostgresError | SQLAlchemyError):
        return _about_statement(error)
    return None


def _about_statement(error: asyncpg.PostgresError | SQLAlchemyError) -> str:
    """Its SQLSTATE, of which the manual tells the meaning: the statement and its values are not shown."""
    raised = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(raised, "sqlstate", None)
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
        parts = dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"])
        names = ", ".join(f"FARLEY_{part.removeprefix('FARLEY_')}".upper() for part in parts)
        return f"These settings have values that cannot be: {names}."
    name = re.search(r'field "([a-z_]+)"', str(error))
    setting = f"FARLEY_{name[1]}".upper() if name else "A setting"
    return f"{setting} is not written as JSON, as an object has to be."
