"""What an operation may cost, as a formula over its variables.

The formula is made once per document and evaluated once per request. It counts records: each page as
many as it may hold, times the records that it stands below. What cannot be given back because it is
spent in any case (a root field, a count over all pages, introspection) is counted apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.reading.plan import TRUSTED_PAGE_SIZE_MAX

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
        """What it has cost in the end."""
        return self.fixed + min(records_read, self.records)


Names = tuple[str, ...]
"""Variables of which one at most is a size: what ``first`` and ``last`` of one page are given."""
Term = tuple[Names, ...]
"""What a number is multiplied by."""
Polynomial = dict[Term, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """What an operation costs by its variables; one without variables is constant."""

    records: tuple[tuple[int, Term], ...]
    fixed: tuple[tuple[int, Term], ...]
    defaults: Mapping[str, Any]
    constant: Cost | None

    def of(self, variables: Mapping[str, Any] | None) -> Cost:
        """The cost with these variables, as they were sent: what cannot be a size counts as none."""
        if self.constant is not None:
            return self.constant
        given = {**self.defaults, **(variables or {})}
        return Cost(_value(self.records, given), _value(self.fixed, given))


UNKNOWN = Formula((), (), {}, Cost(0, 0))
"""Of an operation that cannot be executed."""


def priced(records: Polynomial, fixed: Polynomial, defaults: Mapping[str, Any]) -> Formula:
    """The formula of an operation whose variables have these values where none is sent."""
    found = Formula(_terms(records), _terms(fixed), defaults, None)
    if any(names for names in (*records, *fixed)):
        return found
    return replace(found, constant=found.of({}))


def _terms(polynomial: Polynomial) -> tuple[tuple[int, Term], ...]:
    return tuple((factor, names) for names, factor in polynomial.items())


def _value(terms: Iterable[tuple[int, Term]], variables: Mapping[str, Any]) -> int:
    total = 0
    for factor, names in terms:
        product = factor
        for either in names:
            product *= sum(size_of(variables.get(name)) for name in either)
        total += product
    return total


def size_of(value: Any) -> int:
    """How many records a page size, or a list of ids, stands for."""
    if isinstance(value, list):
        return min(len(value), SIZE_MAX)
    if isinstance(value, str):  # A single id where a list is expected is a list of one.
        return 1
    if isinstance(value, int | float) and value > 0:
        return int(min(value, SIZE_MAX))
    return 0
