"""Batch result: counts, and a reason for each record that was rejected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol, TypeVar

from domain.values.errors import FarleyError


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one record, or one part of it, was not taken in. Holds no value of the record; ``place`` is the
    place of the part in a list.
    """

    position: int
    code: str
    field: str
    reason: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Sums up over batches. ``skipped`` are parts of records that were taken in without them; a record that
    was refused may have several faults.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejection, ...] = ()
    skipped: tuple[Rejection, ...] = ()
    warnings: tuple[Rejection, ...] = ()

    def __add__(self, other: "BatchResult") -> "BatchResult":
        return BatchResult(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.skipped + other.skipped,
            self.warnings + other.warnings,
        )


def rejection(position: int, fault: FarleyError) -> Rejection:
    """One reason, for the part of the record that it is about."""
    path = ".".join(takewhile(lambda step: not step.isdecimal(), fault.path))
    place = next((int(step) for step in fault.path if step.isdecimal()), None)
    return Rejection(position, fault.code, path, fault.message, place)


class Positioned(Protocol):
    """Something that came from one record of the batch."""

    @property
    def position(self) -> int:
        """The record's place in what was handed in."""
        ...


P = TypeVar("P", bound=Positioned)
T = TypeVar("T")


@dataclass(slots=True)
class Rejects:
    """Collects rejections, so that one bad record does not hold the others back."""

    found: list[Rejection] = field(default_factory=list)

    def refuse(self, position: int, error: FarleyError) -> None:
        """Note all reasons why a record stays outside."""
        self.found += (rejection(position, fault) for fault in error.faults)

    def kept(self, items: Iterable[P], check: Callable[[P], object]) -> list[P]:
        """The items for which ``check`` raises no domain error; the others are refused."""
        return [item for item in items if self._holds(item.position, check, item)]

    def drawn(self, items: Iterable[tuple[int, T]], draw: Callable[[int, T], P]) -> list[P]:
        """What ``draw`` makes of the positioned items, without those for which it raises."""
        drawn: list[P] = []
        for position, item in items:
            try:
                drawn.append(draw(position, item))
            except FarleyError as error:
                self.refuse(position, error)
        return drawn

    def _holds(self, position: int, check: Callable[[P], object], item: P) -> bool:
        try:
            check(item)
        except FarleyError as error:
            self.refuse(position, error)
            return False
        return True
