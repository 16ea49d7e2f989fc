"""Syntax errors: what was expected, which kind of token was found, and where; nothing of its content."""

import re

from graphql import GraphQLError

_MARK = r"\.\.\.|[!$&():=@\[\]{|}]"
_WANTED = rf"Name|String|'(?:{_MARK}|[a-z]{{2,20}})'"
_FOUND = (
    rf"(?P<kind>Name|String|BlockString|Int|Float|Comment)\b.*|'(?P<mark>{_MARK})'|(?P<end><EOF>)"
)
_TOKEN = re.compile(
    rf"Syntax Error: (?:Expected (?P<wanted>{_WANTED}), found|Unexpected) (?:{_FOUND})\.",
    re.DOTALL,
)
_LEXED = (
    "Unterminated string",
    "Invalid character within String",
    "Invalid number",
    "Unexpected single quote character ('), did you mean to use a double quote (\")?",
    "Unexpected character",
    "Invalid Unicode escape sequence",
    "Invalid character escape sequence",
    "Unexpected variable",
    "Unexpected description",
    "Unexpected '..', did you mean '...'?",
    "Document is nested too deeply",
    "Document contains more than",
)
_KINDS = {"BlockString": "String"}


def syntax_message(error: GraphQLError) -> str:
    """The message with the place in the document."""
    said = _said(error.message)
    at = error.locations[0] if error.locations else None
    return f"Syntax Error: {said} at line {at.line}, column {at.column}." if at else f"{said}."


def _said(message: str) -> str:
    token = _TOKEN.fullmatch(message)
    if token is not None:
        found = _found(token)
        wanted = token["wanted"]
        return f"Expected {_quoted(wanted)}, found {found}" if wanted else f"Unexpected {found}"
    for known in _LEXED:
        if message.startswith(f"Syntax Error: {known}"):
            return known
    return "The document cannot be read"


def _found(token: re.Match[str]) -> str:
    if token["mark"]:
        return f'"{token["mark"]}"'
    if token["end"]:
        return "the end of the document"
    return _KINDS.get(token["kind"], token["kind"])


def _quoted(wanted: str) -> str:
    return wanted.replace("'", '"')
