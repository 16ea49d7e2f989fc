"""Seeded random numbers: the same seed and key give the same draws on every machine."""

from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def chance(seed: int, *place: object) -> Random:
    """A source of its own for one place in the data set: places do not disturb each other."""
    text = "/".join(map(str, (seed, *place)))
    return Random(text)  # noqa: S311 - made-up data must repeat itself, and hides nothing


class Weighted(Generic[T]):
    """Values to draw from, each with its weight. Whole weights add up alike on every machine."""

    __slots__ = ("_cumulative", "_values")

    def __init__(self, pairs: Iterable[tuple[T, int]]) -> None:
        values, weights = zip(*pairs, strict=True)
        self._values: tuple[T, ...] = values
        self._cumulative = tuple(accumulate(weights))

    def draw(self, rng: Random) -> T:
        """One value."""
        return rng.choices(self._values, cum_weights=self._cumulative)[0]


def happens(rng: Random, percent: int) -> bool:
    """Whether something comes to pass that does so in ``percent`` of a hundred cases."""
    return rng.randrange(100) < percent


def digits(rng: Random, count: int) -> str:
    """That many random digits."""
    return "".join(str(rng.randrange(10)) for _ in range(count))
