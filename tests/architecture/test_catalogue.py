"""Each field is declared once; tables, GraphQL and the policy's vocabulary agree with it."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from api.graphql.filters import _looked_up
from api.graphql.names import snake
from api.graphql.schema import build_schema
from domain.catalogue import Field, Kind, Lookup, Resource, ToMany, ToOne
from domain.reading.filters import OPERATORS
from domain.reading.names import camel
from domain.resources import ALL, BY_TYPE_NAME, FIELDS, RESOURCES
from domain.searching.sources import FILTERED, SOURCES, is_indexed
from privacy.labels import Category

every_resource = pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)

# What stands in a row beside its fields.
UNDECLARED = {"tenant_id", "id", "sealed"}
UNDECLARED_BY_TABLE = {"stage_changes": {"customer_id"}}  # Whose data it is.

# Declared, and shown only as part of the field that is made of them.
SHOWN_AS = {"Customer": {"contact_points": "emails phones addresses social_profiles websites"}}
BESIDE = {"id", "redactions"}

# Whoever reads one of these without the key would know the person.
IDENTIFYING = {
    Category.ADDRESS,
    Category.BIRTH_DATE,
    Category.CONTENT,
    Category.EMAIL,
    Category.NAME,
    Category.NATIONAL_ID,
    Category.PHONE,
    Category.SOCIAL,
    Category.UNIQUE_ID,
    Category.URL,
    Category.WORKPLACE,
}
IN_THE_CLEAR = {("interaction", "findings")}  # Types, offsets and scores, never the text.

SCALARS = {
    Kind.TEXT: "String",
    Kind.INTEGER: "Int",
    Kind.DECIMAL: "Decimal",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date",
    Kind.TIMESTAMP: "DateTime",
    Kind.TAGS: "String",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


def plain(resource: Resource) -> Iterator[Field]:
    return (field for field in resource.fields if not field.is_sealed and not field.sources)


def object_type(schema: GraphQLSchema, resource: Resource) -> GraphQLObjectType:
    type_ = schema.type_map[resource.type_name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


# --- the declarations -----------------------------------------------------------------------------


def test_no_two_resources_share_a_name() -> None:
    for names in zip(
        *((r.name, r.type_name, r.prefix, r.stable, r.table) for r in ALL), strict=True
    ):
        assert len(set(names)) == len(ALL)
    assert all(re.fullmatch("[a-z]{3}", resource.prefix) for resource in ALL)


@every_resource
def test_a_field_is_a_column_or_sealed_or_made_of_others(resource: Resource) -> None:
    assert max(Counter(field.name for field in resource.fields).values()) == 1
    assert [
        field.name
        for field in resource.fields
        if field.is_sealed + bool(field.sources) > 1
        or bool(field.sources) != bool(field.derive)
        or not set(field.sources) <= resource.grantable
    ] == []


@every_resource
def test_every_plain_field_has_a_column_of_its_kind(resource: Resource) -> None:
    types = {
        Kind.TEXT: sa.Text,
        Kind.ENUM: sa.Text,
        Kind.INTEGER: sa.Integer,
        Kind.DECIMAL: sa.Numeric,
        Kind.BOOLEAN: sa.Boolean,
        Kind.DATE: sa.Date,
        Kind.TIMESTAMP: sa.DateTime,
        Kind.TAGS: sa.ARRAY,
        Kind.JSON: sa.JSON,
        Kind.REFERENCE: sa.Uuid,
    }
    assert [
        field.name
        for field in plain(resource)
        if not isinstance(resource.column(field.name).type, types[field.kind])
    ] == []


@every_resource
def test_every_column_is_declared(resource: Resource) -> None:
    declared = {resource.column(field.name).name for field in plain(resource)}
    beside = UNDECLARED | UNDECLARED_BY_TABLE.get(resource.table.name, set())
    assert set(resource.table.columns.keys()) - declared <= beside


@every_resource
def test_every_sealed_field_has_a_number_of_its_own(resource: Resource) -> None:
    numbers = [field.pack for field in resource.sealed]
    assert len(set(numbers)) == len(numbers)
    assert all(number is not None and 0 < number < 128 for number in numbers)
    assert bool(numbers) is ("sealed" in resource.table.c)
    assert not numbers or resource.table.c[resource.subject or ""] is not None


@every_resource
def test_every_field_has_a_label(resource: Resource) -> None:
    assert {type(field.category) for field in resource.fields} == {Category}


@every_resource
def test_what_identifies_a_person_is_sealed(resource: Resource) -> None:
    assert [
        field.name
        for field in plain(resource)
        if resource.subject
        and field.category in IDENTIFYING
        and (resource.name, field.name) not in IN_THE_CLEAR
    ] == []


@every_resource
def test_a_field_is_looked_up_as_its_place_allows(resource: Resource) -> None:
    assert [
        field.name
        for field in resource.fields
        if (field.lookup is Lookup.BLIND)
        is not (field.is_sealed and field.lookup is not Lookup.NONE)
        or (field.sources and field.lookup not in {Lookup.NONE, Lookup.WORDS})
    ] == []


@every_resource
def test_a_field_that_is_looked_up_by_its_words_has_tokens(resource: Resource) -> None:
    for field in resource.fields:
        found = FILTERED.get((resource.name, field.name), ())
        behind = {name for source in found for name in source.fields}
        assert behind == (set(field.sources) if field.lookup is Lookup.WORDS else set())


def test_what_is_searched_is_declared() -> None:
    for name, sources in SOURCES.items():
        resource = RESOURCES[name]
        assert len({source.name for source in sources}) == len(sources)
        for source in sources:
            assert source.name.startswith(f"{resource.stable}.")
            fields = [resource.by_name[field] for field in source.fields]
            assert {field.is_sealed for field in fields} == {is_indexed(resource)}


@every_resource
def test_edges_lead_over_columns_to_resources(resource: Resource) -> None:
    targets = {r.name: r for r in ALL}
    for edge in resource.edges:
        if isinstance(edge, ToOne):
            assert resource.by_name[edge.name].kind is Kind.REFERENCE
        else:
            assert edge.column in targets[edge.target].table.c
        assert edge.target in targets
    references = {field.name for field in resource.fields if field.kind is Kind.REFERENCE}
    assert references == {edge.name for edge in resource.edges if isinstance(edge, ToOne)}


@every_resource
def test_a_resource_is_ordered_by_what_has_an_order(resource: Resource) -> None:
    assert {resource.by_name[key.field].lookup for key in resource.order} == {Lookup.RANGE}


def test_the_policy_speaks_of_the_declared_fields() -> None:
    assert {r.name: {f.name for f in r.fields if not f.sources} for r in ALL} == FIELDS


# --- GraphQL --------------------------------------------------------------------------------------


@every_resource
def test_a_type_shows_exactly_what_is_declared(schema: GraphQLSchema, resource: Resource) -> None:
    parts = SHOWN_AS.get(resource.type_name, {})
    hidden = {name for names in parts.values() for name in names.split()}
    declared = {field.name for field in resource.fields} | {edge.name for edge in resource.edges}
    shown = {camel(name) for name in declared - hidden} | BESIDE
    assert set(object_type(schema, resource).fields) == shown
    for whole, names in parts.items():
        assert set(resource.by_name[whole].sources) == set(names.split())


def test_every_type_with_an_id_is_a_resource(schema: GraphQLSchema) -> None:
    nodes = schema.get_implementations(schema.type_map["Node"])  # type: ignore[arg-type]  # an interface
    assert {type_.name for type_ in nodes.objects} == set(BY_TYPE_NAME)


@every_resource
def test_a_type_shows_a_field_as_its_kind(schema: GraphQLSchema, resource: Resource) -> None:
    shown = object_type(schema, resource).fields
    for field in resource.fields:
        if field.kind in SCALARS and camel(field.name) in shown:
            assert get_named_type(shown[camel(field.name)].type).name == SCALARS[field.kind]


@every_resource
def test_whatever_may_be_withheld_may_be_null_or_empty(
    schema: GraphQLSchema, resource: Resource
) -> None:
    shown = object_type(schema, resource).fields
    assert [
        name
        for name, field in shown.items()
        if isinstance(field.type, GraphQLNonNull)
        and not isinstance(field.type.of_type, GraphQLList)
        and name not in BESIDE
        and not isinstance(resource.edge_by_name.get(snake(name)), ToMany)
    ] == []


@every_resource
def test_an_edge_leads_to_the_declared_type(schema: GraphQLSchema, resource: Resource) -> None:
    shown = object_type(schema, resource).fields
    for edge in resource.edges:
        target = get_named_type(shown[camel(edge.name)].type)
        if isinstance(edge, ToMany):
            assert isinstance(target, GraphQLObjectType)
            target = get_named_type(target.fields["nodes"].type)
        assert BY_TYPE_NAME[target.name].name == edge.target


@every_resource
def test_an_enumeration_has_the_values_that_the_database_takes(
    schema: GraphQLSchema, resource: Resource
) -> None:
    shown = object_type(schema, resource).fields
    for field in resource.fields:
        if field.kind is Kind.ENUM:
            type_ = get_named_type(shown[camel(field.name)].type)
            assert isinstance(type_, GraphQLEnumType)
            assert set(type_.values) == _taken(resource, field.name)


def _taken(resource: Resource, column: str) -> set[str]:
    checks = [c for c in resource.table.constraints if isinstance(c, sa.CheckConstraint)]
    texts = [str(check.sqltext) for check in checks]
    (text,) = (text for text in texts if text.startswith(f"{column} IN ("))
    return set(re.findall("'([A-Z_]+)'", text))


# --- filters and orders ---------------------------------------------------------------------------


def lists(schema: GraphQLSchema) -> Iterator[tuple[Resource, GraphQLField]]:
    """Every field that answers with a page, and the resource that the page is of."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for field in type_.fields.values():
                page = get_named_type(field.type)
                if page.name.endswith("Connection") and isinstance(page, GraphQLObjectType):
                    yield BY_TYPE_NAME[get_named_type(page.fields["nodes"].type).name], field


def argument(field: GraphQLField, name: str) -> GraphQLInputObjectType | None:
    if name not in field.args:
        return None
    type_ = get_named_type(field.args[name].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


def test_filters_offer_declared_lookups_with_allowed_operators(schema: GraphQLSchema) -> None:
    filtered = {}
    for resource, field in lists(schema):
        if (filter_ := argument(field, "filter")) is None:
            continue
        filtered[resource.name] = filter_.name
        for name, member in filter_.fields.items():
            if name in {"and", "or", "not"}:
                assert get_named_type(member.type) is filter_
                continue
            lookup = resource.by_name[_looked_up(resource, snake(name))].lookup
            operators = get_named_type(member.type)
            assert isinstance(operators, GraphQLInputObjectType)
            assert set(operators.fields) == set(OPERATORS[lookup]), f"{filter_.name}.{name}"
    assert set(filtered) == {"customer", "interaction", "opportunity"}


def test_filters_compare_with_values_of_the_fields_own_type(schema: GraphQLSchema) -> None:
    for resource, field in lists(schema):
        shown = object_type(schema, resource).fields
        filter_ = argument(field, "filter")
        for name, member in filter_.fields.items() if filter_ else ():
            if name in shown and resource.by_name[snake(name)].kind is not Kind.REFERENCE:
                operators = get_named_type(member.type)
                assert isinstance(operators, GraphQLInputObjectType)
                first = next(iter(operators.fields.values()))
                assert get_named_type(first.type).name == get_named_type(shown[name].type).name


def test_every_declared_lookup_of_a_filtered_resource_is_offered(schema: GraphQLSchema) -> None:
    for resource, field in lists(schema):
        if filter_ := argument(field, "filter"):
            names = set(filter_.fields) - {"and", "or", "not"}
            offered = {_looked_up(resource, snake(name)) for name in names}
            assert offered == {f.name for f in resource.fields if f.lookup is not Lookup.NONE}


def test_orders_offer_declared_fields_that_have_an_order(schema: GraphQLSchema) -> None:
    ordered = set()
    for resource, field in lists(schema):
        if (order := argument(field, "orderBy")) is not None:
            keys = get_named_type(order.fields["field"].type)
            assert isinstance(keys, GraphQLEnumType)
            lookups = {resource.by_name[key.lower()].lookup for key in keys.values}
            assert lookups - {Lookup.WORDS} == {Lookup.RANGE}
            ordered.add(resource.name)
    assert ordered == {"customer", "interaction", "opportunity"}
