"""What a thief of the main database could guess of surnames by how often their tokens stand there.

More is granted than a dump tells: which kind a token is of, which belong to one word, that the word is
a surname, and how often each name is borne in the population that the records were drawn from.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

from domain.searching.alike import shortened, sound
from domain.searching.spelling.folding import folded
from domain.searching.tokens import PREFIX_MAX, PREFIX_MIN
from domain.searching.words import words

Word = str
Feature = tuple[str, str]
Features = Callable[[Word], Sequence[Sequence[Feature]]]
"""The tokens of a word in groups; in a group the thief can put them in order by frequency only."""

FAR = 4.0
"""Names whose frequency differs more than this are not tried (in square roots)."""


def rank_only(word: Word) -> Sequence[Sequence[Feature]]:
    return [[("word", word)]]


def with_beginnings(word: Word) -> Sequence[Sequence[Feature]]:
    ends = range(PREFIX_MIN, min(len(word), PREFIX_MAX) + 1)
    return [*rank_only(word), [("beginning", word[:end]) for end in ends]]


def with_all(word: Word) -> Sequence[Sequence[Feature]]:
    heard = sound(word)
    return [
        *with_beginnings(word),
        [("shortened", part) for part in shortened(word)],
        [("sound", heard)] if heard else [],
    ]


def parts(name: str) -> list[Word]:
    return [word.text for word in words(folded(name))]


@dataclass(frozen=True)
class Guessing:
    """The thief's comparison of what is there with what must be expected."""

    features: Features
    observed: Mapping[Feature, float]
    expected: Mapping[Feature, float]
    candidates: Mapping[tuple[int, ...], Sequence[tuple[Word, Sequence[float]]]]

    @classmethod
    def prepared(
        cls, features: Features, stolen: Counter[Word], known: Mapping[Word, float], scale: float
    ) -> "Guessing":
        observed = _counted(features, stolen)
        expected = _counted(features, {word: share * scale for word, share in known.items()})
        candidates = defaultdict(list)
        for word in known:
            vector = _vector(features, expected, word)
            candidates[_form(features, word)].append((word, vector))
        return cls(features, observed, expected, candidates)

    def guess(self, word: Word) -> Word | None:
        """The name that looks most like this one, of which only the tokens are known."""
        vector = _vector(self.features, self.observed, word)
        near = (
            (_distance(vector, other), name)
            for name, other in self.candidates.get(_form(self.features, word), ())
            if abs(vector[0] - other[0]) < FAR
        )
        return min(near, default=(0.0, None))[1]


def _counted(features: Features, counts: Mapping[Word, float]) -> dict[Feature, float]:
    found: dict[Feature, float] = defaultdict(float)
    for word, count in counts.items():
        for feature in {one for group in features(word) for one in group}:
            found[feature] += count
    return found


def _form(features: Features, word: Word) -> tuple[int, ...]:
    return tuple(map(len, features(word)))


def _vector(features: Features, counts: Mapping[Feature, float], word: Word) -> list[float]:
    """Square roots, in which chance is alike everywhere."""
    return [
        root
        for group in features(word)
        for root in sorted((sqrt(counts.get(one, 0.0)) for one in group), reverse=True)
    ]


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def measure_guessing(
    people: Sequence[tuple[str, str]], known: Mapping[Word, float], title: str, tries: int = 300
) -> None:
    """Print how many surnames are guessed: of people by chance, and of the commonest surnames.

    ``known`` is how many words of that kind a person has on average.
    """
    stolen = Counter(word for name in people for one in name for word in parts(one))
    surnames = Counter(word for _, family in people for word in parts(family))
    rng = Random(3)
    chance = [parts(people[rng.randrange(len(people))][1])[0] for _ in range(tries)]
    common = [word for word, _ in surnames.most_common(tries)]
    print(f"\n{title}: {len(people)} people, {len(surnames)} surnames\n")
    print(f"| the thief compares | of {tries} people | of the {tries} commonest surnames |")
    print("|---|---|---|")
    for name, features in (
        ("how often a word's token stands there", rank_only),
        ("and those of its beginnings", with_beginnings),
        ("and those of its sound and its letters left out", with_all),
    ):
        guessing = Guessing.prepared(features, stolen, known, len(people))
        shares = [f"{_right(guessing, some):.0%}" for some in (chance, common)]
        print(f"| {name} | {' | '.join(shares)} |", flush=True)


def _right(guessing: Guessing, surnames: Sequence[Word]) -> float:
    guesses = {word: guessing.guess(word) for word in set(surnames)}
    return sum(guesses[word] == word for word in surnames) / len(surnames)


def shares(names: Iterable[tuple[str, float]]) -> dict[Word, float]:
    """How many words a person has on average, by word."""
    found: dict[Word, float] = defaultdict(float)
    for name, share in names:
        for word in parts(name):
            found[word] += share
    return found
