"""Values of arguments: filters, orders and sizes, as literals, variables or defaults."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind, Lookup
from domain.entities.registry import RESOURCES
from tests.reference.choices import Choices
from tests.reference.custom_arguments import CustomArguments
from tests.reference.documents import Value, nullable
from tests.reference.matching import CUSTOM_FIELDS, QUANTIFIERS
from tests.reference.names import snake
from tests.reference.pools import DURATIONS, Pools, is_compared

RELATIVE = frozenset({"withinLast", "olderThan", "withinNext", "laterThan"})

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
CURRENCIES = ("EUR", "USD", "CHF", "JPY")
NUMBERS: Mapping[str, Sequence[Any]] = {
    "Int": (1, 2, 5, 0, 10),
    "Float": (1.5, 10.0, 0.0, 150.0),
    "Decimal": ("10.5", "3000", "0", "10.5000"),
}


class Arguments:
    """Makes up values by the choices that it is given."""

    def __init__(self, choices: Choices, pools: Pools) -> None:
        self._choices = choices
        self._pools = pools
        self.asked_first: Sequence[str] = ("", CUSTOM_FIELDS, "name", "name")
        """By what customers are looked for: they have so many filters that these would hardly be chosen."""

    def varied(self, type_: Any, value: Any, other: Any = None) -> Value:
        """As a literal mostly; as a variable, or as one that is not given and has a default."""
        as_ = "literal"
        if self._choices.rarely(5):
            is_default = self._choices.rarely(4) and not isinstance(type_, GraphQLNonNull)
            as_ = "default" if is_default else "variable"
        return Value(type_, value, other, as_)

    def leaf(self, type_: Any, pool: Sequence[Any]) -> Value:
        number = self._choices.below(len(pool))
        return self.varied(type_, pool[number], pool[(number + 1) % len(pool)])

    def order(self, type_: Any, resource: Entity) -> Value:
        """An order by one or two keys."""
        order = get_named_type(type_)
        assert isinstance(order, GraphQLInputObjectType)
        names = [
            name
            for name in self.enum(order.fields["field"].type)
            if is_compared(resource.by_name[name.lower()])
        ]
        keys = []
        for name in _of_one_order(self._choices.several(names, 1, 2)):
            given = {"field": name}
            if self._choices.rarely(2):
                given["direction"] = self._choices.one(("DESC", "ASC"))
            if self._choices.rarely(3):
                given["nulls"] = self._choices.one(("FIRST", "LAST"))
            members = {
                one: self.varied(order.fields[one].type, value) for one, value in given.items()
            }
            keys.append(self.varied(nullable(type_).of_type, members))
        return self.varied(nullable(type_), keys)

    def names(self, type_: Any, most: int) -> Value:
        """A list of a few members of an enumeration."""
        one = nullable(type_).of_type
        several = self._choices.several(self.enum(type_), 0, most)
        return self.varied(type_, [self.varied(one, name) for name in several])

    def enum(self, type_: Any) -> list[str]:
        named = get_named_type(type_)
        assert isinstance(named, GraphQLEnumType)
        return list(named.values)

    def filter(self, type_: Any, resource: Entity, depth: int) -> Value:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        choices = self._choices
        members = {}
        names = choices.several(input_.fields, 1, 2)
        if resource.name == "customer":
            wanted = choices.one(self.asked_first)
            names = [wanted] if wanted else names
            if wanted == "name" and choices.rarely(2):
                members["country"] = self._is("country", input_.fields["country"].type)
            if wanted == "name" and choices.rarely(3):
                members["kind"] = self._is("kind", input_.fields["kind"].type)
        for name in names:
            below = input_.fields[name].type
            if name == CUSTOM_FIELDS:
                members[name] = CustomArguments(choices, self).parts(below)
            elif name not in {"and", "or", "not"}:
                member = self._comparison(name, below, resource, depth)
                if member is not None:
                    members[name] = member
            elif depth and name == "not":
                members[name] = self.filter(below, resource, depth - 1)
            elif depth:
                one = nullable(below).of_type
                parts = [self.filter(one, resource, depth - 1) for _ in range(choices.below(3))]
                members[name] = self.varied(below, parts)
        return self.varied(type_, members)

    def _is(self, field: str, type_: Any) -> Value:
        """What narrows the beginning of a name, or which names there may be."""
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        below = input_.fields["eq"].type
        return self.varied(type_, {"eq": self.operand(below, self._pools["customer"][field])})

    def _comparison(self, name: str, type_: Any, resource: Entity, depth: int) -> Value | None:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        edge = resource.edge_by_name.get(snake(name))
        members = {}
        most = 2 if self._choices.rarely(4) else 1
        operators = self._choices.several(input_.fields, 1, most)
        if "hasWords" in input_.fields and self._choices.rarely(2):
            # They would hardly be chosen among so many.
            operators = [self._choices.one(("hasWords", "matches", "matches", "contains"))]
        for operator in operators:
            below = input_.fields[operator].type
            if edge is not None and operator in QUANTIFIERS:
                if depth:
                    members[operator] = self.filter(below, RESOURCES[edge.target], depth - 1)
                continue
            members[operator] = self._operand(operator, below, resource, name)
        return self.varied(type_, members) if members else None

    def _operand(self, operator: str, type_: Any, resource: Entity, name: str) -> Value:
        if operator == "isNull":
            return self.varied(type_, self._choices.one((True, False)))
        field = next(
            resource.by_name[one]
            for one in (snake(name), snake(name) + "s")
            if one in resource.by_name and resource.by_name[one].lookup is not Lookup.NONE
        )
        named = get_named_type(type_)
        pool: Sequence[Any] = self._pools[resource.name][field.name]
        if operator in RELATIVE:
            pool = DURATIONS[field.kind]
        elif isinstance(named, GraphQLEnumType):
            pool = self.enum(named)
        elif field.kind is Kind.BOOLEAN:
            pool = (True, False)
        return self.operand(type_, pool)

    def operand(self, type_: Any, pool: Sequence[Any]) -> Value:
        """One of these values, or a list of some."""
        inner = nullable(type_)
        if isinstance(inner, GraphQLList):
            several = [self._given(inner.of_type, pool) for _ in range(self._choices.below(4))]
            return self.varied(type_, several)
        return self._given(type_, pool)

    def _given(self, type_: Any, pool: Sequence[Any]) -> Value:
        named = get_named_type(type_)
        if not isinstance(named, GraphQLInputObjectType):
            is_shape = isinstance(named, GraphQLEnumType) or pool[0] is True
            return (
                self.varied(type_, self._choices.one(pool)) if is_shape else self.leaf(type_, pool)
            )
        one = self._choices.one(pool)
        given = one if isinstance(one, dict) else dict.fromkeys(named.fields, one)
        return self.varied(
            type_,
            {name: self.varied(named.fields[name].type, value) for name, value in given.items()},
        )

    # --- groups -------------------------------------------------------------------------------------

    def group_keys(self, resource: Entity, field: GraphQLField) -> list[Value]:
        """A few keys of groups, of different fields; times are cut, in some zone."""
        type_ = nullable(nullable(field.args["by"].type).of_type)
        assert isinstance(type_, GraphQLInputObjectType)
        found = []
        for name in self._choices.several(self.enum(type_.fields["field"].type), 0, 3):
            given = {"field": name}
            kind = resource.by_name[name.lower()].kind
            if kind in DURATIONS:
                given["unit"] = self._choices.one(self.enum(type_.fields["unit"].type))
                if kind is Kind.TIMESTAMP and self._choices.rarely(2):
                    given["timeZone"] = self._choices.one(ZONES)
            members = {
                one: self.varied(type_.fields[one].type, value) for one, value in given.items()
            }
            found.append(self.varied(GraphQLNonNull(type_), members))
        return found

    def having(self, type_: Any, resource: Entity) -> Value:
        """What one aggregate of the groups must be, or their number of records."""
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        name = self._choices.one(list(input_.fields))
        below = input_.fields[name].type
        if name == "count":
            return self.varied(type_, {name: self._comparison_of(below, resource, None)})
        functions = get_named_type(below)
        assert isinstance(functions, GraphQLInputObjectType)
        field = self._choices.one(list(functions.fields))
        comparison = self._comparison_of(functions.fields[field].type, resource, snake(field))
        return self.varied(type_, {name: self.varied(below, {field: comparison})})

    def _comparison_of(self, type_: Any, resource: Entity, field: str | None) -> Value:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        operators = [name for name in input_.fields if name != "currency"]
        members = {}
        if "currency" in input_.fields:
            members["currency"] = self.leaf(input_.fields["currency"].type, CURRENCIES)
        for name in self._choices.several(operators, 1, 2):
            below = input_.fields[name].type
            pool = NUMBERS.get(str(get_named_type(below)))
            members[name] = self.leaf(below, pool or self._pools[resource.name][field or ""])
        return self.varied(type_, members)

    def group_order(self, type_: Any, resource: Entity, by: Sequence[Value]) -> Value:
        """By a key that the groups have, by an aggregate or by their number of records."""
        order = nullable(nullable(type_).of_type)
        assert isinstance(order, GraphQLInputObjectType)
        kept = {f"KEY_{key.value['field'].value}" for key in by}
        members = [
            name
            for name in self.enum(order.fields["field"].type)
            if not name.startswith("KEY_") or name in kept
        ]
        keys = []
        for name in self._choices.several(members, 1, 2):
            given = {"field": name}
            if name.endswith("_VALUE"):
                given["currency"] = self._choices.one(CURRENCIES)
            if self._choices.rarely(2):
                given["direction"] = self._choices.one(("DESC", "ASC"))
            values = {one: self.varied(order.fields[one].type, v) for one, v in given.items()}
            keys.append(self.varied(nullable(type_).of_type, values))
        return self.varied(type_, keys)


def _of_one_order(names: list[str]) -> list[str]:
    """A sealed name is the only key of an order."""
    return ["NAME"] if names[0] == "NAME" else [name for name in names if name != "NAME"]
