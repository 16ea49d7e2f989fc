"""The plan of a grouping: by what, which aggregates, which groups. Like every plan it holds no values;
``size``, time zones, currencies and operands are bind parameters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.reading.plan.criteria import Filter, Operator
from domain.reading.plan.plan import Part, Selection

TIMES = frozenset({Kind.DATE, Kind.TIMESTAMP})
_MONEY = ("amount", "currency")


class Function(StrEnum):
    """What is computed over the values that a field has in a group."""

    COUNT_DISTINCT = "countDistinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


class Unit(StrEnum):
    """To what a day or a point in time is cut; weeks begin on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class GroupBy:
    """One key of the groups; ``unit`` and ``zone``, a bind parameter, are for times."""

    field: str
    unit: Unit | None = None
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate of one field."""

    function: Function
    field: str


@dataclass(frozen=True, slots=True)
class Having:
    """A group's aggregate, or its number of records, against a bind parameter."""

    measure: Measure | None
    operator: Operator
    bind: int
    currency: int | None = None


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """Groups ordered by a key (a field's name), by an aggregate, or by their number of records."""

    by: Measure | str | None
    descending: bool = False
    currency: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The record that a key refers to; it stands under ``name`` among the group's keys."""

    name: str
    field: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of the records of a resource; without keys, all of them as one."""

    resource: str
    size: int
    by: tuple[GroupBy, ...]
    parts: tuple[Part, ...]
    measures: tuple[Measure, ...]
    records: tuple[KeyRecord, ...] = ()
    filter: Filter | None = None
    having: tuple[Having, ...] = ()
    order: tuple[GroupOrder, ...] = ()

    @property
    def used_measures(self) -> Iterator[Measure]:
        """Every aggregate that is shown, compared or ordered by."""
        yield from self.measures
        for condition in self.having:
            if condition.measure is not None:
                yield condition.measure
        for key in self.order:
            if isinstance(key.by, Measure):
                yield key.by

    @property
    def zones(self) -> Iterator[int]:
        """The bind parameters that hold time zones."""
        return (key.zone for key in self.by if key.zone is not None)

    @property
    def currencies(self) -> Iterator[int]:
        """The bind parameters that hold currencies."""
        used: tuple[Having | GroupOrder, ...] = (*self.having, *self.order)
        return (one.currency for one in used if one.currency is not None)


def is_money(field: Field) -> bool:
    """Whether the field is an amount with its currency."""
    return field.sources == _MONEY


def groupable(resource: Entity) -> tuple[Field, ...]:
    """What records can be grouped by: plain fields that can be looked up and take few values, and days.

    A sealed field never is: equal values have different ciphertexts.
    """
    kinds = {Kind.TEXT, Kind.ENUM, Kind.BOOLEAN, Kind.REFERENCE, Kind.INTEGER, *TIMES}
    return tuple(
        field
        for field in resource.fields
        if field.kind in kinds and field.lookup in {Lookup.EQUAL, Lookup.RANGE}
    )


def measurable(resource: Entity, function: Function) -> tuple[Field, ...]:
    """The fields that a function can be computed over."""
    if function is Function.COUNT_DISTINCT:
        return tuple(field for field in groupable(resource) if field.kind not in TIMES)
    kinds = {Kind.INTEGER}
    if function in {Function.MIN, Function.MAX}:
        kinds |= TIMES
    plain = (f for f in resource.fields if f.kind in kinds and f.lookup is Lookup.RANGE)
    return (*plain, *filter(is_money, resource.fields))
