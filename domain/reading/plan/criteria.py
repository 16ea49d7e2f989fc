"""Filters: what a record must be like, without values, which are the plan's bind parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.declaration.custom_types import CustomKind


class Operator(StrEnum):
    """How a field is compared with a value."""

    EQ = "eq"
    NEQ = "neq"
    IN = "in"
    NOT_IN = "notIn"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IS_NULL = "isNull"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    HAS_WORDS = "hasWords"
    MATCHES = "matches"
    ENDS_WITH = "endsWith"
    HAS_ANY = "hasAny"
    HAS_ALL = "hasAll"
    HAS_NONE = "hasNone"
    WITHIN_LAST = "withinLast"
    OLDER_THAN = "olderThan"
    WITHIN_NEXT = "withinNext"
    LATER_THAN = "laterThan"
    WITHIN = "within"


class Junction(StrEnum):
    """How parts of a filter are joined."""

    AND = "and"
    OR = "or"
    NOT = "not"


class Quantifier(StrEnum):
    """How many of the records behind an edge must match; ``IS`` stands for the one."""

    SOME = "some"
    NONE = "none"
    EVERY = "every"
    IS = "is"


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against a bind parameter; of a custom field, ``custom`` says how it is compared, and
    the parameter holds its name and the value.
    """

    field: str
    operator: Operator
    bind: int
    custom: CustomKind | None = None


@dataclass(frozen=True, slots=True)
class Combine:
    """Parts joined; ``NOT`` has one part."""

    junction: Junction
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What holds of the records behind an edge, among those that the caller may see."""

    edge: str
    quantifier: Quantifier
    filter: "Filter"


Filter = Compare | Combine | Related


def comparisons(filter_: Filter | None) -> Iterator[Compare]:
    """Every comparison in a filter, those behind edges among them."""
    if isinstance(filter_, Compare):
        yield filter_
    elif isinstance(filter_, Related):
        yield from comparisons(filter_.filter)
    elif filter_ is not None:
        for part in filter_.parts:
            yield from comparisons(part)


def bind_name(bind: int) -> str:
    """The name of a bind parameter in SQL."""
    return f"s{bind}"
