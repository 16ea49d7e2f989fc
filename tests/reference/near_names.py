"""Names that are nearly what somebody looks for: which they are, and which of them come first."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from domain.searching.alike import sound  # Known answers of it stand in tests/unit/searching.
from tests.folding import folded
from tests.reference.spelling import spellings, words

Given = Mapping[str, Any]


def has_all(name: str, wanted: str) -> bool:
    """Whether each word that is wanted is, or nearly is, in the name."""
    return all(any(_finds(word, one) for word in words(name)) for one in words(wanted))


def _finds(word: str, wanted: str) -> bool:
    pairs = product(spellings(word), spellings(wanted))
    return any(
        known == one or (len(one) >= 2 and known.startswith(one)) or _are_alike(known, one)
        for known, one in pairs
    )


@lru_cache(maxsize=65_536)
def _are_alike(word: str, wanted: str) -> bool:
    if not all(3 <= len(one) <= 20 and one.isalpha() for one in (word, wanted)):
        return False
    most = 2 if len(wanted) >= 6 else 1
    if _without(word, 1) & _without(wanted, most):
        return True
    return sound(word) is not None and sound(word) == sound(wanted)


def _without(word: str, letters: int) -> set[str]:
    """The word without at most so many of its letters."""
    if not letters:
        return {word}
    shorter = (word[:place] + word[place + 1 :] for place in range(len(word)))
    return {word}.union(*(_without(one, letters - 1) for one in shorter))


def looked_for(given: Given | None) -> str | None:
    """The first of the texts that all names must nearly have."""
    return next(_required(given or {}), None)


def _required(given: Given) -> Iterator[str]:
    for name, value in given.items():
        if name == "name" and value and value.get("matches") is not None:
            yield value["matches"]
        elif name == "and" and value is not None:
            for part in value:
                yield from _required(part)


def place(names: Collection[str], wanted: str) -> str | None:
    """Where the nearest of somebody's names stands: the smaller, the nearer."""
    return f"{1 - max(_score(name, wanted) for name in names):.4f}" if names else None


def _score(name: str, wanted: str) -> float:
    sought = list(dict.fromkeys(words(wanted)))
    known = words(name)
    if not known:
        return 0.0
    best = [max(_worth(word, one) for word in known) for one in sought]
    whole = " ".join(folded(one) for one in sought)
    return 0.9 * (sum(best) / len(best)) + 0.1 * _common(whole, " ".join(folded(name).split()))


def _worth(word: str, wanted: str) -> float:
    return max(_worth_as(*pair) for pair in product(spellings(word), spellings(wanted)))


def _worth_as(word: str, wanted: str) -> float:
    if word == wanted:
        return 1.0
    longer = max(len(word), len(wanted))
    by_letters = 0.95 * (1 - _slips(word, wanted) / longer)
    if word.startswith(wanted):
        return max(by_letters, 0.7 + (1 - 0.7) * 0.95 * len(wanted) / len(word))
    return max(by_letters, 0.6) if _are_alike(word, wanted) else by_letters


def _slips(one: str, other: str) -> int:
    """How many letters must be changed, left out, put in or exchanged with the next one."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def _common(one: str, other: str) -> float:
    """How much of two texts they have in common, letter by letter in their order."""
    row = [0] * (len(other) + 1)
    for a in one:
        above = row
        row = [0]
        for j, b in enumerate(other):
            row.append(above[j] + 1 if a == b else max(above[j + 1], row[-1]))
    return 2 * row[-1] / (len(one) + len(other))
