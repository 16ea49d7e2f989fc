"""What callers are told when something goes wrong: a code, a sentence, a path, and never a value."""

import re
import traceback
from collections.abc import Iterable
from typing import Any

import structlog
from graphql import GraphQLError

from api.graphql.limits import LimitError
from domain.errors import FarleyError
from domain.ids import new_id
from domain.reading.names import camel
from privacy.database import DatabaseUnavailableError, TooSlowError
from privacy.vault import UnsealError
from privacy.vault.providers import KeyProviderUnavailableError

log = structlog.get_logger(__name__)

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_VARIABLE = re.compile(r"Variable '\$\w+' has invalid value(?: at (?P<place>[\w.\[\]]+))?: ")
_VALUE = re.compile(
    r"(?P<kept>(?:Enum '\w+'|\w+) cannot represent"
    r"|Expected value of type '[^']+'"
    r"(?: to include required field '\w+'| not to include unknown field| to be an object)?"
    r"(?=[ ,])"
    r"|Expected (?:a )?value of non-null type '[^']+'(?: not to be None| to be provided))"
    r"|Value .* does not exist in (?P<enum>'\w+' enum)",
    re.DOTALL,
)

_TOO_LARGE = {
    "Maximum introspection depth exceeded": "TOO_DEEP",
    "Validation aborted.": "TOO_COMPLEX",
}

LOOKED_UP = {
    "emails": "email",
    "phones": "phone",
    "external_references": "externalReference",
}
"""What filters call the declared fields that hold several values."""

Presented = dict[str, Any]

UNAVAILABLE = (DatabaseUnavailableError, KeyProviderUnavailableError)


def unavailable(errors: Iterable[GraphQLError]) -> Exception | None:
    """The reason, where it is a database or a root key that is down."""
    found = (error.original_error for error in errors)
    return next((error for error in found if isinstance(error, UNAVAILABLE)), None)


def presented(error: GraphQLError, names: frozenset[str]) -> Presented:
    """An error as the answer shows it; ``names`` are the schema's own, which may be repeated."""
    original = error.original_error
    if isinstance(original, FarleyError):
        answer = _answer(original.message, original.code, error)
        if isinstance(original, LimitError):
            answer["extensions"].update(original.extensions)
        if original.path:
            answer["extensions"]["fields"] = [
                LOOKED_UP.get(name) or camel(name) for name in original.path
            ]
        return answer
    is_literal = not error.path and _VALUE.match(error.message)
    if is_literal or original is None or isinstance(original, GraphQLError):
        return _answer(_without_values(error.message, names), _code(error), error)
    if isinstance(original, UNAVAILABLE):
        return _answer("the database or the root key does not answer", "UNAVAILABLE", error)
    if isinstance(original, TooSlowError):
        return _answer("the database took too long to answer this", "TIMEOUT", error)
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
    if error.message in _TOO_LARGE:
        return _TOO_LARGE[error.message]
    variable = _VARIABLE.match(error.message)
    is_input = variable or _VALUE.match(error.message)
    return "BAD_USER_INPUT" if is_input else "GRAPHQL_VALIDATION_FAILED"


def _without_values(message: str, names: frozenset[str]) -> str:
    """The message with everything quoted left out that is not a name of the schema.

    graphql-core repeats the value that it could not read, in quotes that the value itself may hold;
    so of such a message nothing is kept behind the words that come before the value.
    """
    if message.startswith("Syntax Error"):
        return "Syntax Error: the document cannot be read here"
    variable = _VARIABLE.match(message)
    head, rest = ("", message) if variable is None else ("A variable", message[variable.end() :])
    if variable is not None:
        head += f" has an invalid value{_place(variable['place'], names)}: "
    if value := _VALUE.match(rest):
        kept = value["kept"] or f"There is no such value in {value['enum']}"
        rest = f"{kept} the value that was given" if kept.endswith("represent") else f"{kept}."
    return head + _QUOTED.sub(lambda match: _kept(match, names), rest)


def _place(place: str | None, names: frozenset[str]) -> str:
    steps = re.findall(r"[A-Za-z_]\w*", place or "")
    return f" at {place}" if place and names.issuperset(steps) else ""


def _kept(match: re.Match[str], names: frozenset[str]) -> str:
    text = match[1] if match[1] is not None else match[2]
    bare = re.sub(r"[\[\]!$]", "", text)
    return match[0] if all(part in names for part in bare.split(".")) else "“…”"


def _ids(original: BaseException) -> dict[str, str | None]:
    """Which value did not open, for the operator."""
    if isinstance(original, UnsealError):
        return {"row": original.row, "subject": original.subject}
    return {}


def logged(original: BaseException, path: list[str]) -> str:
    """Log the kind of an unexpected error and where it arose; its message may hold values."""
    id_ = new_id()
    error = type(original).__name__
    log.error(
        "request.failed", id=id_, error=error, path=path, **_ids(original), frames=_frames(original)
    )
    return id_


def missed(original: BaseException) -> None:
    """Log why a database or a root key is taken to be down: what it was, and where it arose."""
    cause = original.__cause__ or original
    log.warning("request.unavailable", error=type(cause).__name__, frames=_frames(cause))


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
