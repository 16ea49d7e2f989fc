"""Allow-list of words: a message of graphql-core passes where it is made of names and of known words."""

import re
from collections.abc import Iterable

from graphql import DocumentNode, NameNode, Visitor, visit

WITHHELD = "The document is not valid here."

_SENTENCES = """
    Cannot query field on type. Unknown argument on directive, fragment, field. Unknown type.
    Unknown fragment. Unknown directive. Directive may not be used on QUERY, MUTATION, SUBSCRIPTION,
    FIELD, FRAGMENT_DEFINITION, FRAGMENT_SPREAD, INLINE_FRAGMENT, VARIABLE_DEFINITION. Fragment is
    never used. Variable is never used in operation. Variable is not defined by operation. Variable
    cannot be non-input type. Variable of type used in position expecting type. Variable is of type
    but must be non-nullable to be used for OneOf Input Object. Field of type must have a selection
    of subfields. Field must not have a selection since type has no subfields. Field of type must
    have at least one field selected. Fragment cannot condition on non composite type. Fragment
    cannot be spread here as objects of type can never be of type. Cannot spread fragment within
    itself via. Argument of type is required, but it was not provided. There can be only one
    argument named, fragment named, input field named, operation named, variable named. The
    directive can only be used once at this location. This anonymous operation must be the only
    defined operation. The definition is not executable. The schema definition is not executable.
    Fields conflict because they have differing arguments, they return conflicting types and, are
    different fields, subfields conflict because and. Use different aliases on the fields to fetch
    both if this was intentional. Expected variable provided to non-null type not to be None.
    Expected variable provided to type to provide a runtime value. Argument has invalid value.
    Argument of required type was not provided. Must provide operation name. Did you mean, or, to
    use an inline fragment on, the enum value.
"""
"""What graphql-core says of documents, outside of quotes."""

_WORD = re.compile(r"[A-Za-z]+")
_WORDS = frozenset(word.lower() for word in _WORD.findall(_SENTENCES))
_PLAIN = re.compile(r"[A-Za-z ,.?():_-]*")
_QUOTED = re.compile(r"[@$]?[\w.\[\]!():{} ]*", re.ASCII)
_NAME = re.compile(r"[_A-Za-z]\w*", re.ASCII)
_HINT = re.compile(r" Did you mean [^?]*\?$")


def names_in(document: DocumentNode) -> frozenset[str]:
    """Every name of a document: of fields, arguments, variables, fragments, types and operations."""
    names = _Names()
    visit(document, names)
    return frozenset(names.found)


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_name(self, node: NameNode, *_: object) -> None:
        self.found.add(node.value)


def rebuilt(message: str, names: frozenset[str]) -> tuple[str, str]:
    """The message and its hint, in double quotes; ``WITHHELD`` where a part of it is anything else than
    one of these names or a known word.
    """
    hint = _HINT.search(message)
    text = message[: hint.start()] if hint else message
    said = _passed(text, names)
    if said is None:
        return WITHHELD, ""
    return said, (_passed(hint[0], names) or "") if hint else ""


def _passed(message: str, names: frozenset[str]) -> str | None:
    parts = message.split("'")
    is_known = all(map(_is_plain, parts[::2])) and _are_names(parts[1::2], names)
    return '"'.join(parts) if is_known and len(parts) % 2 else None


def _is_plain(part: str) -> bool:
    words = map(str.lower, _WORD.findall(part))
    return _PLAIN.fullmatch(part) is not None and _WORDS.issuperset(words)


def _are_names(parts: Iterable[str], names: frozenset[str]) -> bool:
    return all(_QUOTED.fullmatch(part) and names.issuperset(_NAME.findall(part)) for part in parts)
