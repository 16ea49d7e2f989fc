"""Which records a filter finds: asked of each record, in Python."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.catalogue import Field, Kind, Lookup, Resource, ToMany, ToOne
from domain.resources import RESOURCES
from privacy.vault import normalise
from tests.folding import folded
from tests.reference.eyes import Eyes, raw_value
from tests.reference.names import snake
from tests.reference.records import Row
from tests.reference.sealed_names import name_matches, require_name

Given = Mapping[str, Any]
QUANTIFIERS = frozenset({"some", "none", "every", "is"})


def joining(edge: ToOne | ToMany) -> str:
    """The field by which the records of an edge belong together."""
    return edge.name if isinstance(edge, ToOne) else edge.column.removesuffix("_id")


def related(eyes: Eyes, resource: Resource, edge: ToOne | ToMany, row: Row) -> list[Row]:
    """The records behind an edge that the caller sees, and may know to stand there."""
    if isinstance(edge, ToOne):
        if not eyes.is_open(resource.name, edge.name, row):
            return []
        found = eyes.behind(edge.target, row[f"{edge.name}_id"])
        return [] if found is None else [found]
    return [
        other
        for other in eyes.seen(edge.target)
        if other[edge.column] == row["id"] and eyes.is_open(edge.target, joining(edge), other)
    ]


class Matching:
    """One filter over one resource; raises ``RefusedError`` for fields that the caller may never use."""

    def __init__(self, eyes: Eyes, resource: str, given: Given | None) -> None:
        self._eyes = eyes
        self._resource = resource
        self._given = given or {}
        self._require(RESOURCES[resource], self._given)

    def rows(self) -> list[Row]:
        """The records that the caller sees and that match."""
        resource = RESOURCES[self._resource]
        seen = self._eyes.seen(self._resource)
        return [row for row in seen if self._all(resource, self._given, row)]

    # --- what may be asked --------------------------------------------------------------------------

    def _require(self, resource: Resource, given: Given) -> None:
        for name, value in given.items():
            if value is None:
                continue
            if name in {"and", "or", "not"}:
                for part in [value] if name == "not" else value:
                    self._require(resource, part)
            else:
                self._require_member(resource, name, value)

    def _require_member(self, resource: Resource, name: str, given: Given) -> None:
        edge = resource.edge_by_name.get(snake(name))
        for operator, value in given.items():
            if value is None:
                continue
            if edge is None or operator not in QUANTIFIERS:
                self._require_field(resource, looked_up(resource, name))
                continue
            if isinstance(edge, ToOne):
                self._eyes.require(resource.name, edge.name)
            if not self._eyes.sees_some(edge.target):
                continue
            if isinstance(edge, ToMany):
                self._eyes.require(edge.target, joining(edge))
            self._require(RESOURCES[edge.target], value)

    def _require_field(self, resource: Resource, declared: Field) -> None:
        if declared.lookup is Lookup.WORDS:
            require_name(self._eyes)
        else:
            self._eyes.require(resource.name, declared.name)

    # --- what matches -------------------------------------------------------------------------------

    def _all(self, resource: Resource, given: Given, row: Row) -> bool:
        return all(
            self._part(resource, name, value, row)
            for name, value in given.items()
            if value is not None
        )

    def _part(self, resource: Resource, name: str, value: Any, row: Row) -> bool:
        if name == "and":
            return all(self._all(resource, part, row) for part in value)
        if name == "or":
            return any(self._all(resource, part, row) for part in value)
        if name == "not":
            return not self._all(resource, value, row)
        return all(
            self._holds(resource, name, operator, operand, row)
            for operator, operand in value.items()
            if operand is not None
        )

    def _holds(self, resource: Resource, name: str, operator: str, operand: Any, row: Row) -> bool:
        edge = resource.edge_by_name.get(snake(name))
        if edge is not None and operator in QUANTIFIERS:
            others = related(self._eyes, resource, edge, row)
            target = RESOURCES[edge.target]
            matches = [self._all(target, operand, other) for other in others]
            return {"none": not any(matches), "every": all(matches)}.get(operator, any(matches))
        declared = looked_up(resource, name)
        if declared.lookup is Lookup.WORDS:
            return name_matches(self._eyes, operator, operand, row)
        if not self._eyes.is_open(resource.name, declared.name, row):
            return False
        if declared.lookup is Lookup.BLIND:
            return self._looked_up(declared, operator, operand, row)
        if declared.kind is Kind.REFERENCE:
            operand = _record_ids(operand)
        return compare(declared, operator, raw_value(declared, row), operand, self._eyes.now)

    def _looked_up(self, declared: Field, operator: str, operand: Any, row: Row) -> bool:
        region = self._eyes.records.region
        stored = row[declared.name] or []
        wanted = operand if operator == "in" else [operand]
        if declared.name == "external_references":
            known = {_reference(one) for one in stored}
            return any(_reference(one) in known for one in wanted)
        spelled = {_point(declared, one["value"], row.get("country") or region) for one in stored}
        return any(_point(declared, one, region) in spelled for one in wanted)


def looked_up(resource: Resource, name: str) -> Field:
    """The declared field behind a filter's member: ``email`` finds by all of ``emails``."""
    names = (snake(name), snake(name) + "s")
    return next(
        resource.by_name[one]
        for one in names
        if one in resource.by_name and resource.by_name[one].lookup is not Lookup.NONE
    )


def _record_ids(operand: Any) -> Any:
    if isinstance(operand, list):
        return [_record_ids(one) for one in operand]
    return operand[4:] if isinstance(operand, str) else operand


def _reference(value: Mapping[str, str]) -> tuple[str, str]:
    return normalise.text(value["system"]), value["id"].strip()


def _point(declared: Field, value: str, region: str) -> str:
    return normalise.email(value) if declared.name == "emails" else normalise.phone(value, region)


# --- values -----------------------------------------------------------------------------------------


def compare(declared: Field, operator: str, value: Any, operand: Any, now: datetime) -> bool:
    """Whether a stored value compares so; a missing one only ever is null, or is not something."""
    if operator in _NEGATED:
        return not compare(declared, _NEGATED[operator], value, operand, now)
    if operator == "isNull":
        return (value is None) is operand
    return value is not None and _compare(declared, operator, value, operand, now)


def _compare(declared: Field, operator: str, value: Any, operand: Any, now: datetime) -> bool:
    if operator == "in":
        return value in [of_kind(declared, one) for one in operand]
    if operator in _DURATIONS:
        return _DURATIONS[operator](value, *_moments(declared, operand, now))
    if operator in _TAGS:
        return _TAGS[operator](set(value), set(operand))
    operand = of_kind(declared, operand)
    if declared.kind is Kind.TEXT and operator != "eq":
        value, operand = folded(value), folded(operand)
    return _COMPARISONS[operator](value, operand)


_NEGATED: Mapping[str, str] = {"neq": "eq", "notIn": "in"}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "contains": lambda value, operand: operand in value,
    "startsWith": lambda value, operand: value.startswith(operand),
    "endsWith": lambda value, operand: value.endswith(operand),
}
_TAGS: Mapping[str, Callable[[set[str], set[str]], bool]] = {
    "hasAny": lambda tags, wanted: bool(tags & wanted),
    "hasAll": lambda tags, wanted: tags >= wanted,
    "hasNone": lambda tags, wanted: not tags & wanted,
}
# A value, the moment that lies that long ago, now, and the moment that lies that far ahead.
_DURATIONS: Mapping[str, Callable[[Any, Any, Any, Any], bool]] = {
    "withinLast": lambda value, ago, now, _: ago <= value <= now,
    "olderThan": lambda value, ago, _now, _: value < ago,
    "withinNext": lambda value, _, now, ahead: now <= value <= ahead,
    "laterThan": lambda value, _, _now, ahead: value > ahead,
}


def of_kind(declared: Field, operand: Any) -> Any:
    """What was given, as the column holds it."""
    if declared.kind is Kind.TIMESTAMP:
        return datetime.fromisoformat(operand).astimezone(UTC)
    if declared.kind is Kind.DATE:
        return date.fromisoformat(operand)
    return Decimal(operand) if declared.kind is Kind.DECIMAL else operand


def _moments(declared: Field, duration: str, now: datetime) -> tuple[Any, Any, Any]:
    ago, ahead = _led(now, duration, -1), _led(now, duration, 1)
    if declared.kind is Kind.DATE:
        return ago.date(), now.date(), ahead.date()
    return ago, now, ahead


def _led(now: datetime, duration: str, sign: int) -> datetime:
    """Only as far as the documents go: one number and one unit. A month leads to the same day of
    another, or to its last.
    """
    number, unit = int("".join(filter(str.isdigit, duration))), duration[-1]
    if unit not in "YM":
        span = {"H": timedelta(hours=1), "D": timedelta(days=1), "W": timedelta(weeks=1)}[unit]
        return now + sign * number * span
    month = now.replace(day=1)
    for _ in range(number * (12 if unit == "Y" else 1)):
        month = (month + sign * timedelta(days=31 if sign > 0 else 1)).replace(day=1)
    days = [month + timedelta(days=day) for day in range(now.day)]
    return max(day for day in days if day.month == month.month)
