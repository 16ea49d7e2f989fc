"""Cost of an operation, as a formula over its variables.

The formula is made once per document and evaluated once per request. It counts records: each page as
many as it may hold, times the records that it stands below. What cannot be given back because it is
spent in any case (a root field, a count over all pages, introspection) is counted apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.access.work import Work
from domain.reading.plan.plan import TRUSTED_PAGE_SIZE_MAX

POINTS_PER_MS = 30
"""Of PostgreSQL's time and of comparing texts; to open and show a row takes some 20 µs, its point."""

SIZE_MAX = TRUSTED_PAGE_SIZE_MAX
"""No argument asks for more without being refused for it, so no more is counted."""


@dataclass(frozen=True, slots=True)
class Cost:
    """``records`` may be read, ``fixed`` is spent in any case."""

    records: int
    fixed: int

    @property
    def total(self) -> int:
        """What the request must be good for before it begins."""
        return self.records + self.fixed

    def actual(self, records_read: int) -> int:
        """What it has cost in the end, as the answer says it."""
        return self.fixed + min(records_read, self.records)

    def charged(self, records_read: int, work: Work) -> int:
        """What the bucket pays: what the answer says, or what the work took where that is more.

        It may be more than ``total``. Rows are those that the row rule lets through, and the time tells
        no more than the caller's own clock.
        """
        took = work.rows + int(work.took_ms * POINTS_PER_MS)
        return max(self.actual(records_read), took)


Names = tuple[str, ...]
"""Variables of which one at most is a size: what ``first`` and ``last`` of one page are given."""
Term = tuple[Names, ...]
"""What a number is multiplied by."""
Polynomial = dict[Term, int]


Terms = tuple[tuple[int, tuple[int, ...]], ...]
"""Each a number, and which of the sizes it is multiplied by."""


@dataclass(frozen=True, slots=True)
class CostFormula:
    """What an operation costs by its variables; one without variables is constant."""

    sizes: tuple[Names, ...]
    records: Terms
    fixed: Terms
    defaults: Mapping[str, Any]
    constant: Cost | None

    def of(self, variables: Mapping[str, Any] | None) -> Cost:
        """The cost with these variables, as they were sent: what cannot be a size counts as none."""
        if self.constant is not None:
            return self.constant
        sizes = [self._size(names, variables or {}) for names in self.sizes]
        return Cost(_value(self.records, sizes), _value(self.fixed, sizes))

    def _size(self, names: Names, variables: Mapping[str, Any]) -> int:
        size = 0
        for name in names:
            size += size_of(variables[name] if name in variables else self.defaults.get(name))
        return size


UNKNOWN = CostFormula((), (), (), {}, Cost(0, 0))
"""Of an operation that cannot be executed."""


def priced(records: Polynomial, fixed: Polynomial, defaults: Mapping[str, Any]) -> CostFormula:
    """The formula of an operation whose variables have these values where none is sent."""
    sizes = tuple(dict.fromkeys(names for term in (*records, *fixed) for names in term))
    found = CostFormula(sizes, _terms(records, sizes), _terms(fixed, sizes), defaults, None)
    return found if sizes else replace(found, constant=found.of({}))


def _terms(polynomial: Polynomial, sizes: Sequence[Names]) -> Terms:
    return tuple(
        (factor, tuple(sizes.index(names) for names in term)) for term, factor in polynomial.items()
    )


def _value(terms: Terms, sizes: Sequence[int]) -> int:
    total = 0
    for factor, places in terms:
        product = factor
        for place in places:
            product *= sizes[place]
        total += product
    return total


def size_of(value: Any) -> int:
    """How many records a page size, or a list of ids, stands for."""
    if type(value) is int:
        return max(0, min(value, SIZE_MAX))
    if isinstance(value, list):
        return min(len(value), SIZE_MAX)
    if isinstance(value, str):  # A single id where a list is expected is a list of one.
        return 1
    return int(min(value, SIZE_MAX)) if isinstance(value, float) and value > 0 else 0
