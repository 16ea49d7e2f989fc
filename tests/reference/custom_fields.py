"""The custom fields that the small company has declared, and what its customers have in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.reference.writing import TEXTS

Item = dict[str, str]
"""A value as it is kept: with a label, unless that is the one which all custom fields have."""

CONTENT = "user.content.private"
SEALED, PLAIN = True, False
COLOURS = ("green", "red", "grün", "GRÜN")

# What is kept. The last of each is no value of the type: it came in before the field was declared so.
WORDS = (*TEXTS, "Zoe\u0308", "zoë", "%", "nobody's")
INTEGERS = ("9", "+10", "-11", "009", "9" * 30, "nine")
DECIMALS = ("9.50", "9.5", "1E+2", "-0.0000000001", "-0", "10.5", "ten")
TRUTHS = ("true", "false", "maybe")
DAYS = ("2026-02-28", "20260228", "2026-03-31", "2025-12-29", "9999-12-31", "2026-02-30")
MOMENTS = (
    "2026-01-31T23:30:00Z",
    "2026-02-01T00:30:00+01:00",
    "2026-01-31T23:30:00.12Z",
    "2026-02-28T05:30:00-05:00",
    "2026-03-31T10:30:00Z",
    "1970-01-01T00:00:00-11:00",
    "2026-03-31T10:30:00",
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A custom field as the table has it; ``kept`` is what customers may have in it."""

    name: str
    type: str
    sealed: bool
    category: str
    kept: Sequence[str]
    choices: Sequence[str] = ()

    @property
    def label(self) -> str:
        """What its values say of people; anything, where nobody knows the label."""
        return "user" if self.category == "user.unheard_of" else self.category

    @property
    def is_sealed(self) -> bool:
        """Whether it is kept sealed: what tells who somebody is always is."""
        return self.sealed or self.label in {"user", "user.name"}


DECLARED: Sequence[Declared] = (
    Declared("word", "TEXT", PLAIN, "user.behavior", WORDS),
    Declared("word_sealed", "TEXT", SEALED, CONTENT, WORDS),
    Declared("count", "INTEGER", PLAIN, "user.financial", INTEGERS),
    Declared("count_sealed", "INTEGER", SEALED, "user.social", INTEGERS),
    Declared("rate", "DECIMAL", PLAIN, "system.operations", DECIMALS),
    Declared("rate_sealed", "DECIMAL", SEALED, CONTENT, DECIMALS),
    Declared("vip", "BOOLEAN", PLAIN, "user.behavior", TRUTHS),
    Declared("vip_sealed", "BOOLEAN", SEALED, CONTENT, TRUTHS),
    Declared("day", "DATE", PLAIN, "user.behavior.purchase_history", DAYS),
    Declared("day_sealed", "DATE", SEALED, "user.demographic.date_of_birth", DAYS),
    Declared("moment", "DATETIME", PLAIN, "user.behavior", MOMENTS),
    Declared("moment_sealed", "DATETIME", SEALED, CONTENT, MOMENTS),
    Declared("colour", "CHOICE", PLAIN, "user.account", (*COLOURS, "mauve"), COLOURS),
    Declared("colour_sealed", "CHOICE", SEALED, "user.name", (*COLOURS, "mauve"), COLOURS),
    # What the table should not have: the one tells who somebody is, the other nobody knows what.
    Declared("alias", "TEXT", PLAIN, "user.name", WORDS),
    Declared("aura", "TEXT", PLAIN, "user.unheard_of", WORDS),
    Declared("gov", "TEXT", SEALED, "user.government_id.national_identification_number", WORDS),
    Declared("zone", "TEXT", PLAIN, "user.location.time_zone", WORDS),
)

UNDECLARED: Sequence[Item] = (
    {"name": "shoe", "value": "42"},
    {"name": "Word", "value": "Zoë"},
    {"name": "sock", "value": "42", "label": "user.financial"},
    {"name": "eye", "value": "blue", "label": "user.government_id.national_identification_number"},
)
"""Values of fields that nobody has declared."""


def definitions() -> list[dict[str, Any]]:
    """The rows of the table."""
    return [
        {
            "resource": "customer",
            "name": one.name,
            "type": one.type,
            "sealed": one.sealed,
            "category": one.category,
            "choices": list(one.choices),
        }
        for one in DECLARED
    ]


def kept(number: int) -> list[Item] | None:
    """The custom fields of the numbered customer: some have all, some a few, some none."""
    chance = Random(number)  # Of its own, so that everything else stays what it was.
    share = (0.5, 0.9, 0, 0.3)[number % 4]
    found = [item for item in _items(chance) if chance.random() < share]
    return sorted(found, key=lambda item: item["name"]) or chance.choice((None, []))


def _items(chance: Random) -> Iterator[Item]:
    for one in DECLARED:
        label = {} if one.label == CONTENT else {"label": one.label}
        yield {"name": one.name, "value": chance.choice(one.kept), **label}
    yield from UNDECLARED
