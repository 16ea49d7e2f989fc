"""Filters, planned: from filter inputs to filters over declared fields."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any

from api.graphql.planning.bind_parameters import BindParameter
from api.graphql.planning.custom_filters import CUSTOM_FIELDS, LIST_MAX, compared
from api.graphql.planning.names import snake
from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.declaration.parts import ToMany, ToOne
from domain.declaration.registry import Registry
from domain.reading.plan.criteria import (
    Combine,
    Compare,
    Filter,
    Junction,
    Operator,
    Quantifier,
    Related,
)
from domain.reading.plan.relative_times import RELATIVE, checked
from domain.reading.sql.places import checked as checked_circle
from domain.validation.identifiers import record_id
from domain.validation.values import text
from domain.values.errors import InvalidInputError
from domain.values.money import checked_amount

PARTS_MAX = 50
RELATIONS_DEPTH_MAX = 3

Given = Mapping[str, Any]


class FilterBuilder:
    """Builds the filter of one connection and puts its values into bind parameters."""

    def __init__(self, registry: Registry, resource: Entity, binds: list[BindParameter]) -> None:
        self._registry = registry
        self._resource = resource
        self._binds = binds
        self._parts = 0

    def build(self, given: Given | None) -> Filter | None:
        """The filter; members of one input must all hold. Raises ``InvalidInputError``."""
        parts = tuple(self._each(given or {}, self._resource, 0))
        return Combine(Junction.AND, parts) if parts else None

    def _all(self, given: Given, resource: Entity, depth: int) -> Combine:
        return Combine(Junction.AND, tuple(self._each(given, resource, depth)))

    def _each(self, given: Given, resource: Entity, depth: int) -> Iterator[Filter]:
        for name, value in given.items():
            if value is None:
                continue
            self._count()
            if name in {"and", "or"}:
                parts = tuple(self._all(part, resource, depth) for part in value)
                yield Combine(Junction(name), parts)
            elif name == "not":
                yield Combine(Junction.NOT, (self._all(value, resource, depth),))
            elif name == CUSTOM_FIELDS:
                for part in compared(value, self._binds):
                    self._count()
                    yield part
            else:
                yield from self._member(name, value, resource, depth)

    def _member(self, name: str, given: Given, resource: Entity, depth: int) -> Iterator[Filter]:
        edge = resource.edge_by_name.get(snake(name))
        quantifiers = _quantifiers(edge)
        for member, value in given.items():
            if value is None:
                continue
            self._count()
            if edge is not None and member in quantifiers:
                yield self._related(edge.name, Quantifier(member), value, resource, depth)
            else:
                field, operator = looked_up(resource, snake(name)), Operator(member)
                convert = partial(bind_value, self._registry, resource, field, operator)
                self._binds.append(BindParameter(value, convert))
                yield Compare(field, operator, len(self._binds) - 1)

    def _related(
        self, edge: str, quantifier: Quantifier, given: Given, resource: Entity, depth: int
    ) -> Related:
        if depth == RELATIONS_DEPTH_MAX:
            message = f"a filter follows at most {RELATIONS_DEPTH_MAX} relations in a row"
            raise InvalidInputError(message, ("filter",))
        target = self._registry.by_name[resource.edge_by_name[edge].target]
        return Related(edge, quantifier, self._all(given, target, depth + 1))

    def _count(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise InvalidInputError(f"a filter has at most {PARTS_MAX} parts", ("filter",))


def bind_value(
    registry: Registry, resource: Entity, field: str, operator: Operator, value: Any
) -> Any:
    """The value of a comparison as its bind parameter holds it; raises a ``FarleyError`` for one that
    cannot be.

    INVARIANT: nothing else looks at the value, so a plan can be built before the value is known.
    """
    if isinstance(value, list):
        if len(value) > LIST_MAX:
            raise InvalidInputError(f"a list has at most {LIST_MAX} values", (field, operator))
        return [bind_value(registry, resource, field, operator, one) for one in value]
    if not isinstance(value, str):
        return _bind_value(value, field, operator)
    text(field, value)
    if operator in RELATIVE:
        return checked(resource.by_name[field].kind, value, (field, operator))
    if resource.by_name[field].kind is Kind.REFERENCE:
        return record_id(registry.by_name[resource.edge_by_name[field].target], value)
    return value


def _bind_value(value: Any, field: str, operator: Operator) -> Any:
    """A value that is no text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return checked_amount(value, (field, operator))
    is_circle = operator is Operator.WITHIN
    return checked_circle(value, (field, operator)) if is_circle else value


def _quantifiers(edge: ToOne | ToMany | None) -> frozenset[str]:
    if isinstance(edge, ToMany):
        return frozenset({Quantifier.SOME, Quantifier.NONE, Quantifier.EVERY})
    return frozenset({Quantifier.IS}) if edge else frozenset()


def looked_up(resource: Entity, name: str) -> str:
    """The declared field behind a filter's member; raises ``InvalidInputError`` where there is none."""
    field = resource.by_lookup.get(name)
    if field is None:
        raise InvalidInputError(f"{resource.name} cannot be filtered by {name}", (name,))
    return field.name
