"""Recognition of a header: which column is which part of a person or a company."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from domain.importing.guide.known_columns import (
    CARD,
    CARD_LABELS,
    CARD_OTHERS,
    IGNORED_PREFIXES,
    NAMES,
    OF_COMPANIES,
)

_SLOTS: Mapping[str, str] = {name: slot for slot, names in NAMES.items() for name in names.split()}
_ALIKE = 85
_LENGTH_MIN = 6
_LONGER_MAX = 2
_IDS = ("id", "ids", "guid", "uuid")
_CARD = re.compile(rf"(?:[\w-]+\.)?({'|'.join(CARD)})((?:[;:].*)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the header; ``slot`` is what it is, ``label`` which of several: work, home, mobile."""

    name: str
    slot: str | None
    label: str = ""
    is_usable: bool = True


def recognised(header: Iterable[str]) -> list[Column]:
    """The columns in their order; one whose name stands twice is nothing, and cannot be used."""
    once, twice = dict[str, None](), set[str]()
    for name in filter(None, header):
        if name in once:
            twice.add(name)
        once[name] = None
    columns = [
        Column(name, None, is_usable=False) if name in twice else _column(name) for name in once
    ]
    slot = _slot_of_a_name(columns)
    return [replace(one, slot=slot) if one.slot == "name" else one for one in columns]


def _slot_of_a_name(columns: Sequence[Column]) -> str:
    """What a mere ``Name`` is: the part that no other column has."""
    slots = {column.slot for column in columns}
    has_given, has_family = "given_name" in slots, "family_name" in slots
    if has_given is not has_family:
        return "family_name" if has_given else "given_name"
    is_of_companies = any(_folded(column.name) in OF_COMPANIES for column in columns)
    is_company = is_of_companies and not slots & {"given_name", "birth_date", "full_name"}
    return "organization_name" if is_company else "full_name"


def _column(name: str) -> Column:
    slot, _, label = (_of_card(name) or _slot(_folded(name)) or "").partition(":")
    return Column(name, slot or None, label)


def _of_card(name: str) -> str | None:
    """``TEL;TYPE=WORK,VOICE``, and what other versions of vCard make of it."""
    found = _CARD.fullmatch(name)
    if found is None or not (found[2] or found[1].isupper()):
        return None
    words = set(re.findall(r"[A-Z]+", found[2].upper()))
    if words & CARD_OTHERS:
        return None
    label = next((label for word, label in CARD_LABELS.items() if word in words), "")
    slot = CARD[found[1].upper()]
    return f"{slot}:{label}" if label and slot in {"phone", "street"} else slot


def _slot(folded: str) -> str | None:
    for candidate in (folded, *_without_prefix(folded)):
        if candidate in _SLOTS:
            return _SLOTS[candidate]
    if len(folded) < _LENGTH_MIN:
        return None
    is_id = folded.endswith(_IDS)  # An account's id is misspelt for no name.
    near = [
        name
        for name in _SLOTS
        if abs(len(name) - len(folded)) <= _LONGER_MAX and name.endswith(_IDS) is is_id
    ]
    alike = process.extractOne(folded, near, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return None if alike is None else _SLOTS[alike[0]]


def _without_prefix(folded: str) -> Iterable[str]:
    for prefix in IGNORED_PREFIXES:
        if folded.startswith(prefix):
            yield folded.removeprefix(prefix)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z]", "", letters)
