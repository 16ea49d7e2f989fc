"""Consents of a row: what is not understood grants nothing, whatever else the mapping says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domain.consents.statements import GRANTED, is_withdrawal
from domain.importing.mapping import document as m
from domain.importing.records.faults_of_row import Notes

Read = Callable[[Any], Any]

NAMES = ("purpose", "status", "method", "given_at", "withdrawn_at", "expires_at")
_ANYTHING = frozenset({"otherwise", "*"})


def consents_of(
    parts: Sequence[Mapping[str, Read]], row: Any, notes: Callable[[], Notes]
) -> Iterator[dict[str, Any]]:
    """Those whose purposes are not empty, without those of which it was not understood what is said, or,
    of a grant, how long it holds.
    """
    for part in parts:
        before = _noted(notes())
        said = {name: part[name](row) for name in ("purpose", "status")}
        if _noted(notes()) > before:
            continue
        until = {name: part[name](row) for name in ("withdrawn_at", "expires_at")}
        holds = _noted(notes()) == before
        rest = {name: part[name](row) for name in NAMES if name not in {**said, **until}}
        values = {n: v for n, v in {**said, **rest, **until}.items() if v is not None}
        if "purpose" in values and (holds or is_withdrawal(values)):
            yield values


def _noted(notes: Notes) -> int:
    return len(notes.faults) + len(notes.skipped)


def require_words(consent: m.Consent, path: str) -> None:
    """Raise ``MappingError`` where a word that no pair names would grant."""
    if _makes_of_anything(consent.status, lambda made: made == GRANTED):
        raise m.MappingError(
            f"{path}.status: otherwise GRANTED would grant what nobody understands: name the words that"
            " grant"
        )
    grants = isinstance(consent.status, m.Value) and consent.status.constant == GRANTED
    if grants and _makes_of_anything(consent.purpose, lambda made: made is not None):
        raise m.MappingError(
            f"{path}.purpose: otherwise a purpose would grant what nobody understands: name the words that"
            " grant"
        )


def _makes_of_anything(given: m.AnyValue, grants: Callable[[Any], bool]) -> bool:
    if not isinstance(given, m.Value):
        return False
    maps = [step["map"] for step in given.transform if isinstance(step, dict) and "map" in step]
    return any(
        grants(made)
        for pairs in maps
        if isinstance(pairs, dict)
        for key, made in pairs.items()
        if key in _ANYTHING
    )
