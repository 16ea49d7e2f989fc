"""Recognition of a header: which column is which part of a person or a company."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from domain.importing.guide.known_columns import IGNORED_PREFIXES, NAMES

_SLOTS: Mapping[str, str] = {name: slot for slot, names in NAMES.items() for name in names.split()}
_ALIKE = 85
_LENGTH_MIN = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the header; ``slot`` is what it is, ``label`` which of several: work, home, mobile."""

    name: str
    slot: str | None
    label: str = ""


def recognised(header: Iterable[str]) -> list[Column]:
    """The columns in their order; one whose name stands twice is nothing."""
    names = [name for name in header if name]
    return [
        Column(name, None) if names.count(name) > 1 else _column(name)
        for name in dict.fromkeys(names)
    ]


def _column(name: str) -> Column:
    slot, _, label = (_slot(_folded(name)) or "").partition(":")
    return Column(name, slot or None, label)


def _slot(folded: str) -> str | None:
    for candidate in (folded, *_without_prefix(folded)):
        if candidate in _SLOTS:
            return _SLOTS[candidate]
    if len(folded) < _LENGTH_MIN:
        return None
    alike = process.extractOne(folded, _SLOTS.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return None if alike is None else _SLOTS[alike[0]]


def _without_prefix(folded: str) -> Iterable[str]:
    for prefix in IGNORED_PREFIXES:
        if folded.startswith(prefix):
            yield folded.removeprefix(prefix)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z]", "", letters)
