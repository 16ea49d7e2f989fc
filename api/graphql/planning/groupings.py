"""Planning of a grouping: from its selection to its plan and bind parameters."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from graphql import FieldNode

from api.graphql.planning.bind_parameters import BindParameter, Convert
from api.graphql.planning.filters import FilterBuilder
from api.graphql.planning.measures import COUNT, measures
from api.graphql.planning.names import snake
from api.graphql.planning.plans import TYPENAME, PlanBuilder
from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.reading.groups.group_tree import group_count
from domain.reading.groups.groups import (
    TIMES,
    Function,
    GroupBy,
    GroupOrder,
    Groups,
    Having,
    KeyRecord,
    Measure,
    Unit,
    is_money,
)
from domain.reading.plan.criteria import Operator
from domain.reading.plan.plan import Part
from domain.values.errors import InvalidInputError
from domain.values.money import checked_amount

KEYS_MAX = 5
CONDITIONS_MAX = 50
Nodes = Sequence[FieldNode]

_FUNCTIONS = {function.value: function for function in Function}


class GroupPlanBuilder:
    """Builds the plan of one grouping; the bind parameters are those of the builder that it is given."""

    def __init__(self, builder: PlanBuilder, resource: Entity) -> None:
        self._builder = builder
        self._resource = resource
        self._binds = builder.binds
        self._measures: dict[Measure, None] = {}
        self._records: list[KeyRecord] = []

    def build(self, nodes: Nodes, type_name: str, arguments: Mapping[str, Any]) -> Groups:
        """The plan; raises ``InvalidInputError`` for keys, conditions and orders that cannot be."""
        by = tuple(self._by(key) for key in _several(arguments["by"], "by", KEYS_MAX))
        if len({key.field for key in by}) < len(by):
            raise InvalidInputError("a grouping names a field twice", ("by",))
        order = _several(arguments.get("orderBy") or (), "orderBy", CONDITIONS_MAX)
        parts = self._parts(nodes, type_name)
        filters = FilterBuilder(self._builder.registry, self._resource, self._binds)
        return Groups(
            resource=self._resource.name,
            size=self._bind(arguments["first"], group_count),
            by=by,
            parts=parts,
            measures=tuple(self._measures),
            records=tuple(self._records),
            filter=filters.build(arguments.get("filter")),
            having=tuple(self._having(arguments.get("having") or {})),
            order=tuple(self._order(key, by) for key in order),
        )

    def _bind(self, value: Any, convert: Convert | None = None) -> int:
        self._binds.append(BindParameter(value, convert))
        return len(self._binds) - 1

    def _by(self, key: Mapping[str, Any]) -> GroupBy:
        name, unit, zone = _name(key["field"]).lower(), key.get("unit"), key.get("timeZone")
        kind = self._resource.by_name[name].kind
        if (unit is not None) is not (kind in TIMES):
            message = "a unit is needed for times, and only for them"
            raise InvalidInputError(message, ("by", "unit"))
        if zone is not None and kind is not Kind.TIMESTAMP:
            message = "a time zone is for points in time only"
            raise InvalidInputError(message, ("by", "timeZone"))
        return GroupBy(
            name,
            None if unit is None else Unit(_name(unit).lower()),
            None if zone is None else self._bind(zone),
        )

    def _parts(self, nodes: Nodes, type_name: str) -> tuple[Part, ...]:
        return tuple(
            Part(key, name, self._group(found, self._builder.type_below(type_name, name)))
            if name == "groups"
            else _part(key, name, type_name)
            for key, name, found in self._fields(nodes, type_name)
        )

    def _group(self, nodes: Nodes, type_name: str) -> tuple[Part, ...]:
        return tuple(
            Part(key, name, self._below(name, found, self._builder.type_below(type_name, name)))
            if name == "key" or name in _FUNCTIONS
            else _part(key, name, type_name)
            for key, name, found in self._fields(nodes, type_name)
        )

    def _below(self, name: str, nodes: Nodes, type_name: str) -> tuple[Part, ...]:
        if name == "key":
            return tuple(
                self._key(key, found, type_name)
                for key, found in self._builder.fields(nodes, type_name).items()
            )
        for _, field, _ in self._fields(nodes, type_name):
            if field != TYPENAME:
                self._measures[Measure(_FUNCTIONS[name], snake(field))] = None
        return self._builder.parts(nodes, type_name)

    def _key(self, key: str, nodes: Nodes, type_name: str) -> Part:
        name = nodes[0].name.value
        edge = self._resource.edge_by_name.get(snake(name))
        if edge is None:
            return _part(key, name, type_name)
        selection = self._builder.selection(nodes, self._builder.registry.by_name[edge.target])
        record = KeyRecord(f"{name}#{len(self._records)}", edge.name, selection)
        self._records.append(record)
        return Part(key, record.name)

    def _fields(self, nodes: Nodes, type_name: str) -> Iterator[tuple[str, str, Nodes]]:
        for key, found in self._builder.fields(nodes, type_name).items():
            yield key, found[0].name.value, found

    def _having(self, given: Mapping[str, Any]) -> Iterator[Having]:
        for name, below in given.items():
            if below is None:
                continue
            if name == "count":
                yield from self._conditions(None, below)
                continue
            for field, comparison in below.items():
                if comparison is not None:
                    measure = Measure(_FUNCTIONS[name], snake(field))
                    yield from self._conditions(measure, comparison)

    def _conditions(
        self, measure: Measure | None, comparison: Mapping[str, Any]
    ) -> Iterator[Having]:
        currency = comparison.get("currency")
        bind = None if currency is None else self._bind(currency)
        for operator, operand in comparison.items():
            if operator != "currency" and operand is not None:
                convert = partial(_operand, (measure.field if measure else "count", operator))
                yield Having(measure, Operator(operator), self._bind(operand, convert), bind)

    def _order(self, key: Mapping[str, Any], by: Sequence[GroupBy]) -> GroupOrder:
        name, currency = _name(key["field"]), key.get("currency")
        what: Measure | str | None
        if name.startswith("KEY_"):
            what = name.removeprefix("KEY_").lower()
            if what not in {one.field for one in by}:
                raise InvalidInputError("the groups do not have that key", ("orderBy", "field"))
        else:
            what = None if name == COUNT else measures(self._resource)[name]
        money = isinstance(what, Measure) and is_money(self._resource.by_name[what.field])
        if (currency is not None) is not money:
            message = "a currency is needed for money, and only for it"
            raise InvalidInputError(message, ("orderBy", "currency"))
        direction = key.get("direction")
        return GroupOrder(
            what,
            direction is not None and _name(direction) == "DESC",
            None if currency is None else self._bind(currency),
        )


def _part(key: str, name: str, type_name: str) -> Part:
    return Part(key, name, constant=type_name if name == TYPENAME else None)


def _operand(path: tuple[str, str], operand: Any) -> Any:
    is_amount = isinstance(operand, Decimal)
    return checked_amount(operand, ("having", *path)) if is_amount else operand


def _several(given: Sequence[Any], argument: str, most: int) -> Sequence[Any]:
    if len(given) > most:
        raise InvalidInputError(f"there may be {most} of them", (argument,))
    return given


def _name(member: Any) -> str:
    return str(getattr(member, "value", member))
