"""What callers are told when something goes wrong: a code, a sentence, a path, and never a value."""

import re
import traceback
from collections.abc import Iterable
from typing import Any

import structlog
from graphql import GraphQLError

from api.graphql.names import camel_path
from domain.errors import FarleyError
from domain.ids import new_id
from privacy.database import DatabaseUnavailableError

log = structlog.get_logger(__name__)

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_COERCION = re.compile(
    r"(cannot represent|got invalid value|has invalid value|Expected value of type)"
)
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*[!\]]*|\$[_A-Za-z][_0-9A-Za-z]*|[_A-Za-z][\w.]*")

Presented = dict[str, Any]


def unavailable(errors: Iterable[GraphQLError]) -> bool:
    """Whether a database that is down is the reason."""
    return any(isinstance(error.original_error, DatabaseUnavailableError) for error in errors)


def presented(error: GraphQLError, names: frozenset[str]) -> Presented:
    """An error as the answer shows it; ``names`` are the schema's own, which may be repeated."""
    original = error.original_error
    if isinstance(original, FarleyError):
        answer = _answer(original.message, original.code, error)
        if original.path:
            answer["extensions"]["fields"] = camel_path(original.path)
        return answer
    if original is None or isinstance(original, GraphQLError):
        return _answer(_without_values(error.message, names), _code(error), error)
    return _answer(
        "something went wrong here",
        "INTERNAL",
        error,
        id=logged(original, [step for step in error.path or () if isinstance(step, str)]),
    )


def _answer(message: str, code: str, error: GraphQLError, **more: str) -> Presented:
    answer: Presented = {"message": message, "extensions": {"code": code, **more}}
    if error.locations:
        answer["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        answer["path"] = error.path
    return answer


def _code(error: GraphQLError) -> str:
    if error.message.startswith("Syntax Error"):
        return "SYNTAX"
    return "BAD_USER_INPUT" if _COERCION.search(error.message) else "GRAPHQL_VALIDATION_FAILED"


def _without_values(message: str, names: frozenset[str]) -> str:
    """The message with everything quoted left out that is not a name of the schema.

    graphql-core repeats the value that it could not read; past the word that says so, nothing of the
    message is kept.
    """
    if found := re.search(r"cannot represent|got invalid value", message):
        head = _QUOTED.sub(lambda match: _kept(match, names), message[: found.start()])
        return f"{head}{found[0]} the value that was given".replace(
            "got invalid value the", "got an invalid"
        )
    if message.startswith("Syntax Error"):
        return "Syntax Error: the document cannot be read here"
    return _QUOTED.sub(lambda match: _kept(match, names), message)


def _kept(match: re.Match[str], names: frozenset[str]) -> str:
    text = match[1] if match[1] is not None else match[2]
    bare = re.sub(r"[\[\]!$]", "", text)
    return match[0] if all(part in names for part in bare.split(".")) else "“…”"


def logged(original: BaseException, path: list[str]) -> str:
    """Log the kind of an unexpected error and where it arose; its message may hold values."""
    id_ = new_id()
    frames = traceback.extract_tb(original.__traceback__)
    log.error(
        "request.failed",
        id=id_,
        error=type(original).__name__,
        path=path,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )
    return id_
