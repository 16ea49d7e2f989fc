"""Names that are sealed: which of them match a filter, and by which they are put in order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.entities.customers import NAMES
from tests.folding import folded
from tests.reference.eyes import Eyes, RefusedError
from tests.reference.modes import (
    EXACT,
    FUZZY,
    OFFERED,
    PLAIN,
    contains,
    has_parts,
    mode_of,
    source_of,
)
from tests.reference.near_names import has_all, place
from tests.reference.records import Row
from tests.reference.spelling import spellings, words

Sources = tuple[tuple[str, ...], ...]
WHOLE: Sources = (("organization_name",), ("given_name", "family_name"))
"""An organisation has its own name, a person both of theirs: who may not use one part knows none."""

PREFIX_MIN = 2


def require_name(eyes: Eyes) -> None:
    """Raise ``RefusedError`` unless there could be a customer who is found by a name."""
    if not any(all(eyes.may_use("customer", part) for part in parts) for parts in WHOLE):
        raise RefusedError("FORBIDDEN")


def name_matches(eyes: Eyes, operator: str, operand: Any, row: Row) -> bool:
    """Whether a name that is open in this record is so."""
    offering = OFFERED.get(operator, {EXACT, FUZZY, PLAIN})
    modes = {name: mode for name, mode in _named_modes(eyes, row) if mode in offering}
    names = list(modes)
    if operator == "matches":
        return any(
            has_all(name, operand) or (mode == PLAIN and has_parts(name, operand))
            for name, mode in modes.items()
        )
    if operator == "contains":
        return any(contains(name, operand) for name in names)
    if operator == "hasWords":
        return all(any(_has_word(*one, word) for one in modes.items()) for word in words(operand))
    return _MATCHING[operator]([spellings(name) for name in names], operand)


def nearness(eyes: Eyes, wanted: str) -> Callable[[Row], str | None]:
    """By what customers are put in order whose names were looked for."""
    return lambda row: place(list(_open_names(eyes, row)), wanted)


def _open_names(eyes: Eyes, row: Row) -> Iterator[str]:
    return (name for name, _ in _named_modes(eyes, row))


def _named_modes(eyes: Eyes, row: Row) -> Iterator[tuple[str, str]]:
    """The names by which somebody may be found, of which there is one, and how it is kept."""
    for parts in WHOLE:
        if all(eyes.is_open("customer", part, row) for part in parts):
            whole = " ".join(row[part] for part in parts if row[part])
            if whole:
                yield whole, mode_of(eyes, source_of("customer", parts))


def _is(names: list[frozenset[str]], operand: str) -> bool:
    return any(name & spellings(operand) for name in names)


def _starts(names: list[frozenset[str]], operand: str) -> bool:
    return any(one.startswith(tuple(spellings(operand))) for name in names for one in name)


def _has_word(name: str, mode: str, wanted: str) -> bool:
    known = [word for one in spellings(name) for word in words(one)]
    found = _is_word if mode == EXACT else _begins
    return any(found(word, spelled) for word in known for spelled in spellings(wanted))


def _is_word(word: str, wanted: str) -> bool:
    return word == wanted


def _begins(word: str, wanted: str) -> bool:
    return word == wanted or (len(wanted) >= PREFIX_MIN and word.startswith(wanted))


_MATCHING: Mapping[str, Callable[[list[frozenset[str]], Any], bool]] = {
    "eq": _is,
    "in": lambda names, operand: any(_is(names, one) for one in operand),
    "startsWith": _starts,
}


def ordering_name(eyes: Eyes) -> Callable[[Row], str | None]:
    """By what customers are put in order; raises ``RefusedError`` where no part may be used.

    A part that is withheld counts as missing.
    """
    if not any(eyes.may_use("customer", name) for name in NAMES):
        raise RefusedError("FORBIDDEN")

    def of(row: Row) -> str | None:
        organization, given, family = (_open(eyes, name, row) for name in NAMES)
        name = organization or " ".join(filter(None, (given, family)))
        return folded(name) if name else None

    return of


def _open(eyes: Eyes, name: str, row: Row) -> str | None:
    return row[name] if eyes.reason("customer", name, row) is None else None
