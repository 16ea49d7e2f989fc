"""What a command says of a statement that the database refused: what to do, and never its values."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from api.cli.terminal.failures import sentence


def through_sqlalchemy(error: asyncpg.PostgresError) -> DBAPIError:
    translated = Exception(str(error))
    translated.sqlstate = error.sqlstate  # type: ignore[attr-defined] # As its asyncpg dialect does
    return DBAPIError("SELECT 'Zebulon'", {"name": "Zebulon"}, translated)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (asyncpg.UndefinedTableError, "farley migrate"),
        (asyncpg.UndefinedColumnError, "farley migrate"),
        (asyncpg.QueryCanceledError, "FARLEY_STATEMENT_TIMEOUT_MS"),
        (asyncpg.DeadlockDetectedError, "40P01"),
    ],
)
def test_a_refused_statement_says_what_to_do(kind: type[asyncpg.PostgresError], told: str) -> None:
    error = kind("of Zebulon")
    for raised in (error, through_sqlalchemy(error)):
        said = sentence(raised) or ""
        assert told in said
        assert "Zebulon" not in said
        assert ("farley migrate" in said) is (told == "farley migrate")
