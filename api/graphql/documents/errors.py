"""Errors as callers see them: a code, a sentence, a path, and never a value."""

import traceback
from collections.abc import Iterable
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from api.graphql.documents.limits import LimitError
from api.graphql.messages.allowed_words import rebuilt
from api.graphql.messages.syntax import syntax_message
from api.graphql.messages.told import ToldInputError
from domain.declaration.names import camel
from domain.values.errors import FarleyError
from domain.values.ids import new_id
from privacy.database import DatabaseUnavailableError, TooSlowError
from privacy.vault import UnsealError
from privacy.vault.providers import KeyProviderUnavailableError

log = structlog.get_logger(__name__)

_TOO_LARGE = {
    "Maximum introspection depth exceeded": "TOO_DEEP",
    "Validation aborted.": "TOO_COMPLEX",
}

_NO_SUBSCRIPTIONS = "The subscription operation is not supported by the schema."

NO_SUBSCRIPTIONS = "SUBSCRIPTIONS_NOT_SUPPORTED"

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


def presented(error: GraphQLError, names: frozenset[str], *, hints: bool = False) -> Presented:
    """An error as the answer shows it; ``names`` are the schema's and the document's, which may be
    repeated. With ``hints`` it tells names of the schema that the request did not use.
    """
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
    if original is None or isinstance(original, GraphQLError):
        told = original if isinstance(original, GraphQLError) else error
        return _answer(_said(told, names, hints=hints), _code(error), error)
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
    if isinstance(error, GraphQLSyntaxError):
        return "SYNTAX"
    if error.message in _TOO_LARGE:
        return _TOO_LARGE[error.message]
    if error.message == _NO_SUBSCRIPTIONS:
        return NO_SUBSCRIPTIONS
    is_input = isinstance(error, ToldInputError) or error.path
    return "BAD_USER_INPUT" if is_input else "GRAPHQL_VALIDATION_FAILED"


def _said(error: GraphQLError, names: frozenset[str], *, hints: bool) -> str:
    """What is wrong with a document or a value, without anything of it but names."""
    if error.message in _TOO_LARGE:
        return error.message
    if error.message == _NO_SUBSCRIPTIONS:
        return "There are no subscriptions yet: ask again with a query."
    if isinstance(error, GraphQLSyntaxError):
        return syntax_message(error)
    if isinstance(error, ToldInputError):
        text, hint = error.message, error.hint
    else:
        text, hint = rebuilt(error.message, names)
    return text + hint if hints else text


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
