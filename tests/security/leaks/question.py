"""A question, and which of many tell most."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.security.leaks.paths import Path
from tests.security.leaks.world import Pair

ALL_FIELDS = "*"


@dataclass(frozen=True)
class Question:
    """One root field of a query (or of a mutation). ``walk`` stands for a list that is walked from
    cursor to cursor, which takes the place of ``$after``.
    """

    resource: str
    field: str
    path: Path
    text: str
    walk: bool = False
    mutation: bool = False

    @property
    def pair(self) -> Pair:
        return self.resource, self.field


ESSENTIAL = {
    Path.FILTER: 2,
    Path.ORDER: 1,
    Path.GROUP: 2,
    Path.AGGREGATE: 3,
    Path.RELATION_FILTER: 3,
    Path.CURSOR: 1,
    Path.ERROR: 1,
}


def essential(questions: Iterable[Question]) -> list[Question]:
    """The most telling questions about each field on each path."""
    asked: Counter[tuple[Pair, Path]] = Counter()
    found = []
    for question in questions:
        on = question.pair, question.path
        asked[on] += 1
        if question.field == ALL_FIELDS or asked[on] <= ESSENTIAL.get(question.path, asked[on]):
            found.append(question)
    return found
