"""Choices that Hypothesis makes, remembers and makes smaller: the first of everything is the simplest."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from hypothesis import strategies as st

Thing = TypeVar("Thing")


@lru_cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


class Choices:
    """As few draws as possible: each costs more than what is chosen."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def below(self, number: int) -> int:
        return self._draw(_below(number)) if number > 1 else 0

    def one(self, things: Sequence[Thing]) -> Thing:
        return things[self.below(len(things))]

    def rarely(self, one_in: int) -> bool:
        """True once in so many times; the simplest is False."""
        return self.below(one_in) == one_in - 1

    def mostly(self, one_in: int) -> bool:
        return not self.rarely(one_in)

    def part(self, things: Sequence[Thing]) -> list[Thing]:
        """Any of them."""
        bits = self.below(1 << len(things))
        return [thing for i, thing in enumerate(things) if bits >> i & 1]

    def several(self, things: Iterable[Thing], least: int, most: int) -> list[Thing]:
        """Different ones, in any order."""
        left = list(things)
        count = min(len(left), least + self.below(most - least + 1))
        return [left.pop(self.below(len(left))) for _ in range(count)]
