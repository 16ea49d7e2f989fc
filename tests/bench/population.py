"""A made-up population: names as they are in life, a few that many have and very many that few have.

Surnames and given names are those that Faker knows of twelve languages; rarer surnames are made up
letter by letter from how those go. How often each is met follows Zipf and Mandelbrot: the commonest
surname has one in a hundred, the thousand commonest one half of all.
"""

import importlib
from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

LOCALES = (
    *("de_DE", "de_AT", "en_US", "en_GB", "fr_FR", "es_ES", "it_IT"),
    *("pl_PL", "nl_NL", "sv_SE", "pt_BR", "tr_TR"),
)
SURNAMES, GIVEN_NAMES = 100_000, 4_000
FLATNESS = 10
"""So much is added to each rank, else the commonest would be too common."""
ENDS = "\0"


@dataclass(frozen=True)
class Frequencies:
    """Names, the commonest first, and how many of all have one of the first so many."""

    names: Sequence[str]
    sums: Sequence[float]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Frequencies":
        weights = accumulate(1 / (rank + FLATNESS) for rank in range(1, len(names) + 1))
        return cls(names, list(weights))

    def one(self, rng: Random) -> str:
        return self.names[bisect(self.sums, rng.random() * self.sums[-1])]


@dataclass(frozen=True)
class Population:
    surnames: Frequencies
    given_names: Frequencies

    @classmethod
    def made(cls, seed: int) -> "Population":
        rng = Random(seed)
        surnames, given = _known("last_names", rng), _known("first_names", rng)
        made = _made_up(surnames, SURNAMES - len(surnames), rng)
        return cls(Frequencies.of([*surnames, *made]), Frequencies.of(given[:GIVEN_NAMES]))

    def people(self, count: int, seed: int) -> list[tuple[str, str]]:
        """Given and family names of so many people."""
        rng = Random(seed)
        return [(self.given_names.one(rng), self.surnames.one(rng)) for _ in range(count)]


def _known(what: str, rng: Random) -> list[str]:
    """The names of each language in turn, so that all are among the common ones."""
    lists = [_of_locale(locale, what) for locale in LOCALES]
    for names in lists:
        rng.shuffle(names)
    longest = max(map(len, lists))
    mixed = (names[place] for place in range(longest) for names in lists if place < len(names))
    return list(dict.fromkeys(name for name in mixed if len(name) > 1))


def _of_locale(locale: str, what: str) -> list[str]:
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    members = (vars(provider).get(f"{what}{whose}") for whose in ("", "_male", "_female"))
    lists = (names for names in members if isinstance(names, tuple | list | dict))
    return list(dict.fromkeys(name for names in lists for name in names))


def _made_up(known: Sequence[str], count: int, rng: Random) -> list[str]:
    following = _following([name for name in known if name.isalpha()])
    taken = set(known)
    found: list[str] = []
    while len(found) < count:
        name = _one_made_up(following, rng)
        if 4 <= len(name) <= 14 and name not in taken:
            taken.add(name)
            found.append(name)
    return found


def _following(names: Sequence[str]) -> Mapping[str, list[str]]:
    """Which letter stands behind three others, as often as it does."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        whole = f"{ENDS * 3}{name}{ENDS}"
        for place in range(3, len(whole)):
            found[whole[place - 3 : place]].append(whole[place])
    return found


def _one_made_up(following: Mapping[str, list[str]], rng: Random) -> str:
    name = ENDS * 3
    while not name.endswith(ENDS) or len(name) == 3:
        name += rng.choice(following[name[-3:]])
    return name.strip(ENDS)
