"""From filter inputs to filters over declared fields."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from api.graphql.names import snake
from domain.catalogue import Kind, Lookup, Resource
from domain.customers.validation import text
from domain.errors import InvalidInputError
from domain.reading.identifiers import record_id
from domain.reading.plan import Combine, Compare, Filter, Junction, Operator

PARTS_MAX = 50
LIST_MAX = 500


class FilterBuilder:
    """Builds the filter of one connection and puts its values into slots."""

    def __init__(self, resource: Resource, slots: list[Any]) -> None:
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
            if isinstance(value, list) and len(value) > LIST_MAX:
                raise InvalidInputError(f"a list has at most {LIST_MAX} values", (name, operator))
            self._slots.append(self._value(field, value))
            yield Compare(field, Operator(operator), len(self._slots) - 1)

    def _value(self, field: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(field, one) for one in value]
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, str):
            text(field, value)
        if self._resource.by_name[field].kind is Kind.REFERENCE and isinstance(value, str):
            edge = self._resource.edge_by_name[field]
            return record_id(edge.target, value)
        return value

    def _count(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise InvalidInputError(f"a filter has at most {PARTS_MAX} parts", ("filter",))


def _looked_up(resource: Resource, name: str) -> str:
    """The declared field behind a filter's member: ``email`` looks up ``emails``, ``external_reference``
    ``external_references``.
    """
    for candidate in (name, f"{name}s"):
        field = resource.by_name.get(candidate)
        if field is not None and field.lookup is not Lookup.NONE:
            return candidate
    raise InvalidInputError(f"{resource.name} cannot be filtered by {name}", (name,))
