"""How documents are written: literals, selections made from the schema, edges made from the catalogue."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type, is_leaf_type

from api.graphql.planning.roots import roots_of
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import ALL, BUILT_IN
from domain.reading.groups.groups import Function, is_money
from tests.security.leaks.paths import SCHEMA
from tests.security.leaks.values import SHOWN
from tests.security.leaks.world import World


@dataclass(frozen=True)
class Raw:
    """A word that stands in a document without quotes."""

    text: str


def literal(value: Any) -> str:
    """A value as a document has it."""
    match value:
        case Raw():
            return value.text
        case Mapping():
            return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case datetime() | date():
            return json.dumps(value.isoformat())
        case Decimal():
            return json.dumps(str(value))
    return json.dumps(value)


def selection(type_: Any) -> str:
    """All fields of a type that take no arguments; of records behind them the id."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if any(one.name == "Node" for one in getattr(named, "interfaces", ())):
        return "{ id }"
    shown = (f"{name} {selection(f.type)}" for name, f in named.fields.items() if not f.args)
    return "{ " + " ".join(shown) + " }"


def shown(resource: Entity, field: Field) -> str:
    """The selection of one field; where a type shows it as a part of another, of that one."""
    fields = object_type(resource).fields
    name = camel(field.name)
    if name not in fields:
        name = next(camel(f.name) for f in resource.fields if field.name in f.sources)
    return f"{name} {selection(fields[name].type)}"


def all_shown(resource: Entity) -> str:
    """Every field of a record, and why it is not shown."""
    fields = object_type(resource).fields
    names = [camel(field.name) for field in resource.fields if camel(field.name) in fields]
    parts = [f"{name} {selection(fields[name].type)}" for name in names]
    return f"id {' '.join(parts)} redactions {{ field reason }}"


def object_type(resource: Entity) -> GraphQLObjectType:
    """The GraphQL type of a resource."""
    type_ = SCHEMA.type_map[resource.type_name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


def aliased(resource: Entity) -> str:
    """Every field of a record under a name of its own, so that records of several types agree."""
    fields = object_type(resource).fields
    parts = []
    for field in resource.fields:
        name = camel(field.name)
        if name in fields:
            parts.append(f"{resource.name}_{name}: {name} {selection(fields[name].type)}")
    return f"id {' '.join(parts)} redactions {{ field reason }}"


def holding(resource: Entity, kind: type[Any]) -> Iterator[tuple[Entity, Any]]:
    """The edges of one kind that lead to a resource, and the resources that have them."""
    for holder in ALL:
        for edge in holder.edges:
            if edge.target == resource.name and isinstance(edge, kind):
                yield holder, edge


def over(resource: Entity, field: Field) -> Iterator[tuple[str, str]]:
    """The edges that lead over a reference field to those that have it, from where it leads."""
    if field.kind is Kind.REFERENCE:
        for holder, edge in holding(resource, ToMany):
            if edge.column == f"{field.name}_id":
                yield holder.name, edge.name


def quantifiers(edge: ToOne | ToMany) -> tuple[str, ...]:
    return ("is",) if isinstance(edge, ToOne) else ("some", "none", "every")


def ordered(field: Field, direction: str, nulls: str) -> str:
    return f"orderBy: {{field: {field.name.upper()}, direction: {direction}, nulls: {nulls}}}"


def groups_of(resource: Entity) -> str | None:
    groups = roots_of(BUILT_IN).groups
    return next((root for root, entity in groups.items() if entity is resource), None)


def aggregated(function: Function, field: Field) -> Iterator[tuple[str, str]]:
    """Arguments and selections that use an aggregate: shown, ordered by, compared."""
    money, name = is_money(field), camel(field.name)
    value = f"{function.value} {{ {name}{' { currency amount count }' if money else ''} }}"
    yield "by: []", value
    order = f"{function.name}_{field.name.upper()}"
    currency = ', currency: "EUR"' if money else ""
    yield f"by: {{field: CREATED_AT, unit: YEAR}}, orderBy: {{field: {order}{currency}}}", value
    if money:
        yield (
            f'by: [], having: {{{function.value}: {{{name}: {{currency: "EUR", gt: "0"}}}}}}',
            "count",
        )
    elif function in {Function.SUM, Function.AVG}:
        yield f"by: [], having: {{{function.value}: {{{name}: {{gt: 120}}}}}}", "count"
    elif function is Function.COUNT_DISTINCT:
        yield f"by: [], having: {{{function.value}: {{{name}: {{gt: 1}}}}}}", "count"


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one.get("value", one.get("id")) if isinstance(one, dict) else one)


def everything(type_: Any, depth: int = 4) -> str:
    """Whatever a type shows without arguments, to a depth."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType) or "id" in named.fields:
        return "{ __typename ... on Node { id } }"
    parts = [
        f"{name} {everything(field.type, depth - 1)}"
        for name, field in named.fields.items()
        if not field.args and (depth or is_leaf_type(get_named_type(field.type)))
    ]
    return "{ " + " ".join(parts) + " }"


def node(world: World, resource: Entity, selected: str, which: str = SHOWN) -> str:
    """One record by its id."""
    id_ = world.id(resource.name, which)
    return f'node(id: "{id_}") {{ ... on {resource.type_name} {{ {selected} }} }}'
