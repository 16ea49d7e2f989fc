"""From filter inputs to filters over declared fields."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial
from typing import Any

from api.graphql.names import snake
from api.graphql.slots import Slot
from domain.catalogue import Kind, Lookup, Resource
from domain.customers.validation import text
from domain.errors import InvalidInputError
from domain.reading.identifiers import record_id
from domain.reading.plan import Combine, Compare, Filter, Junction, Operator

PARTS_MAX = 50
LIST_MAX = 500


class FilterBuilder:
    """Builds the filter of one connection and puts its values into slots."""

    def __init__(self, resource: Resource, slots: list[Slot]) -> None:
        self._resource = resource
        self._slots = slots
        self._parts = 0

    def build(self, given: Mapping[str, Any] | None) -> Filter | None:
        """The filter; members of one input must all hold. Raises ``InvalidInputError``."""
        parts = tuple(self._each(given or {}))
        return Combine(Junction.AND, parts) if parts else None

    def _each(self, given: Mapping[str, Any]) -> Iterator[Filter]:
        for name, value in given.items():
            if value is None:
                continue
            self._count()
            if name in {"and", "or"}:
                parts = tuple(Combine(Junction.AND, tuple(self._each(part))) for part in value)
                yield Combine(Junction(name), parts)
            elif name == "not":
                yield Combine(Junction.NOT, (Combine(Junction.AND, tuple(self._each(value))),))
            else:
                yield from self._compare(name, value)

    def _compare(self, name: str, operators: Mapping[str, Any]) -> Iterator[Compare]:
        field = _looked_up(self._resource, snake(name))
        for operator, value in operators.items():
            if value is None:
                continue
            self._count()
            convert = partial(slot_value, self._resource, field, Operator(operator))
            self._slots.append(Slot(value, convert))
            yield Compare(field, Operator(operator), len(self._slots) - 1)

    def _count(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise InvalidInputError(f"a filter has at most {PARTS_MAX} parts", ("filter",))


def slot_value(resource: Resource, field: str, operator: Operator, value: Any) -> Any:
    """The value of a comparison as its slot holds it; raises a ``FarleyError`` for one that cannot be.

    INVARIANT: nothing else looks at the value, so that a plan can be built before it is known.
    """
    if isinstance(value, list):
        if len(value) > LIST_MAX:
            raise InvalidInputError(f"a list has at most {LIST_MAX} values", (field, operator))
        return [slot_value(resource, field, operator, one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        text(field, value)
        if resource.by_name[field].kind is Kind.REFERENCE:
            return record_id(resource.edge_by_name[field].target, value)
    return value


def _looked_up(resource: Resource, name: str) -> str:
    """The declared field behind a filter's member: ``email`` looks up ``emails``, ``external_reference``
    ``external_references``.
    """
    for candidate in (name, f"{name}s"):
        field = resource.by_name.get(candidate)
        if field is not None and field.lookup is not Lookup.NONE:
            return candidate
    raise InvalidInputError(f"{resource.name} cannot be filtered by {name}", (name,))
