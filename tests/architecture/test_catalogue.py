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
    GraphQLUnionType,
    get_named_type,
)

from api.graphql.planning.filters import looked_up
from api.graphql.planning.names import snake
from api.graphql.schema.schema import build_schema
from domain.declaration.custom_types import KINDS, CustomType
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind, Lookup
from domain.declaration.names import SUBJECT_ID, camel
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import ALL, BUILT_IN, BY_TYPE_NAME, RESOURCES, SHAPES
from domain.explaining.access_report import FieldLevel
from domain.reading.plan.criteria import Operator, Quantifier
from domain.reading.sql.comparing import operators as operators_of
from domain.reading.sql.custom_match import COLUMNS
from domain.reading.views.overview_parts import EXPECTED, fresh_parts
from domain.reading.views.timeline import timeline_sources
from domain.reading.views.views import VIEWS, view_entry
from domain.searching.sources import FILTERED, is_indexed, searched, sources_of
from domain.tables import custom_field_definitions
from policy.rules import POLICY, Action
from privacy.labels import Category

every_resource = pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)

# What stands in a row beside its fields.
ENTRIES = {name: entry for name in VIEWS if (entry := view_entry(BUILT_IN, name))}
UNDECLARED = {"tenant_id", "id", "sealed", SUBJECT_ID}
UNDECLARED_BY_TABLE = {"stage_changes": {"customer_id"}}  # Whose data it is.

# Declared, and shown only as part of the field that is made of them.
SHOWN_AS = {
    "Customer": {"contact_points": "emails phones addresses social_profiles websites"},
    "DealRegistration": {"contact_points": "emails phones"},
}
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

SCALARS = {
    Kind.TEXT: "String",
    Kind.INTEGER: "Int",
    Kind.DECIMAL: "Decimal",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date",
    Kind.TIMESTAMP: "DateTime",
    Kind.TAGS: "String",
    Kind.PLACE: "Location",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


def plain(resource: Entity) -> Iterator[Field]:
    return (field for field in resource.fields if not field.is_sealed and not field.sources)


def object_type(schema: GraphQLSchema, resource: Entity) -> GraphQLObjectType:
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
def test_a_field_is_a_column_or_sealed_or_made_of_others(resource: Entity) -> None:
    assert max(Counter(field.name for field in resource.fields).values()) == 1
    assert [
        field.name
        for field in resource.fields
        if field.is_sealed + bool(field.sources) > 1
        or bool(field.sources) != bool(field.derive)
        or not set(field.sources) <= resource.grantable
    ] == []


@every_resource
def test_every_plain_field_has_a_column_of_its_kind(resource: Entity) -> None:
    types = {
        Kind.TEXT: sa.Text,
        Kind.ENUM: sa.Text,
        Kind.INTEGER: sa.Integer,
        Kind.DECIMAL: sa.Numeric,
        Kind.BOOLEAN: sa.Boolean,
        Kind.DATE: sa.Date,
        Kind.TIMESTAMP: sa.DateTime,
        Kind.TAGS: sa.ARRAY,
        Kind.PLACE: sa.ARRAY,
        Kind.JSON: sa.JSON,
        Kind.REFERENCE: sa.Uuid,
    }
    assert [
        field.name
        for field in plain(resource)
        if not isinstance(resource.column(field.name).type, types[field.kind])
    ] == []


@every_resource
def test_every_column_is_declared(resource: Entity) -> None:
    declared = {resource.column(field.name).name for field in plain(resource)}
    beside = UNDECLARED | UNDECLARED_BY_TABLE.get(resource.table.name, set())
    assert set(resource.table.columns.keys()) - declared <= beside


@every_resource
def test_every_sealed_field_has_a_number_of_its_own(resource: Entity) -> None:
    numbers = [field.pack for field in resource.sealed]
    assert len(set(numbers)) == len(numbers)
    assert all(number is not None and 0 < number < 128 for number in numbers)
    assert bool(numbers) is ("sealed" in resource.table.c)
    assert not numbers or resource.table.c[resource.subject or ""] is not None


@every_resource
def test_every_field_has_a_label(resource: Entity) -> None:
    assert {type(field.category) for field in resource.fields} == {Category}


@every_resource
def test_what_identifies_a_person_is_sealed(resource: Entity) -> None:
    assert [
        field.name
        for field in plain(resource)
        if resource.subject
        and field.category in IDENTIFYING
        and field.form is not Form.FINDINGS  # Types, offsets and scores, never the text.
    ] == []


@every_resource
def test_a_field_islooked_up_as_its_place_allows(resource: Entity) -> None:
    assert [
        field.name
        for field in resource.fields
        if (field.lookup in {Lookup.BLIND, Lookup.DECLARED})
        is not (field.is_sealed and field.lookup is not Lookup.NONE)
        or (field.sources and field.lookup not in {Lookup.NONE, Lookup.WORDS})
    ] == []


@every_resource
def test_a_field_that_islooked_up_by_its_words_has_tokens(resource: Entity) -> None:
    for field in resource.fields:
        found = FILTERED.get((resource.name, field.name), ())
        behind = {name for source in found for name in source.fields}
        assert behind == (set(field.sources) if field.lookup is Lookup.WORDS else set())


def test_what_is_searched_is_declared() -> None:
    for resource in searched(BUILT_IN):
        sources = sources_of(resource)
        assert len({source.name for source in sources}) == len(sources)
        for source in sources:
            assert source.name.startswith(f"{resource.stable}.")
            fields = [resource.by_name[field] for field in source.fields]
            assert {field.is_sealed for field in fields} == {is_indexed(resource)}


@every_resource
def test_edges_lead_over_columns_to_resources(resource: Entity) -> None:
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
def test_a_resource_is_ordered_by_what_has_an_order(resource: Entity) -> None:
    assert all(resource.by_name[key.field].lookup is Lookup.RANGE for key in resource.order)


def test_the_policy_speaks_of_the_declared_fields() -> None:
    declared = {r.name: {f.name for f in r.fields if not f.sources} for r in ALL}
    assert declared | {POLICY: set()} == {name: one.fields for name, one in SHAPES.items()}


# --- GraphQL --------------------------------------------------------------------------------------


@every_resource
def test_a_type_shows_exactly_what_is_declared(schema: GraphQLSchema, resource: Entity) -> None:
    parts = SHOWN_AS.get(resource.type_name, {})
    hidden = {name for names in parts.values() for name in names.split()}
    declared = {field.name for field in resource.fields} | {edge.name for edge in resource.edges}
    declared |= set(resource.views)
    shown = {camel(name) for name in declared - hidden} | BESIDE
    assert set(object_type(schema, resource).fields) == shown
    for whole, names in parts.items():
        assert set(resource.by_name[whole].sources) == set(names.split())


def test_every_type_with_an_id_is_a_resource(schema: GraphQLSchema) -> None:
    nodes = schema.get_implementations(schema.type_map["Node"])  # type: ignore[arg-type]  # an interface
    assert {type_.name for type_ in nodes.objects} == set(BY_TYPE_NAME)


@every_resource
def test_a_type_shows_a_field_as_its_kind(schema: GraphQLSchema, resource: Entity) -> None:
    shown = object_type(schema, resource).fields
    for field in resource.fields:
        if field.kind in SCALARS and camel(field.name) in shown:
            assert get_named_type(shown[camel(field.name)].type).name == SCALARS[field.kind]


@every_resource
def test_whatever_may_be_withheld_may_be_null_or_empty(
    schema: GraphQLSchema, resource: Entity
) -> None:
    shown = object_type(schema, resource).fields
    assert [
        name
        for name, field in shown.items()
        if isinstance(field.type, GraphQLNonNull)
        and not isinstance(field.type.of_type, GraphQLList)
        and name not in BESIDE
        and not isinstance(resource.edge_by_name.get(snake(name)), ToMany)
        and snake(name) not in resource.views
    ] == []


@every_resource
def test_an_edge_leads_to_the_declared_type(schema: GraphQLSchema, resource: Entity) -> None:
    shown = object_type(schema, resource).fields
    for edge in resource.edges:
        target = get_named_type(shown[camel(edge.name)].type)
        if isinstance(edge, ToMany):
            assert isinstance(target, GraphQLObjectType)
            target = get_named_type(target.fields["nodes"].type)
        assert BY_TYPE_NAME[target.name].name == edge.target


@every_resource
def test_an_enumeration_has_the_values_that_the_database_takes(
    schema: GraphQLSchema, resource: Entity
) -> None:
    shown = object_type(schema, resource).fields
    for field in resource.fields:
        if field.kind is Kind.ENUM:
            type_ = get_named_type(shown[camel(field.name)].type)
            assert isinstance(type_, GraphQLEnumType)
            assert set(type_.values) == _taken(resource, field.name)


def _taken(resource: Entity, column: str) -> set[str]:
    checks = [c for c in resource.table.constraints if isinstance(c, sa.CheckConstraint)]
    texts = [str(check.sqltext) for check in checks]
    (text,) = (text for text in texts if text.startswith(f"{column} IN ("))
    return set(re.findall("'([A-Z_]+)'", text))


# --- filters and orders ---------------------------------------------------------------------------


def lists(schema: GraphQLSchema) -> Iterator[tuple[Entity, GraphQLField]]:
    """Every field that answers with a page, and the resource that the page is of."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for field in type_.fields.values():
                page = get_named_type(field.type)
                if page.name.endswith("Connection") and isinstance(page, GraphQLObjectType):
                    name = get_named_type(page.fields["nodes"].type).name
                    if name not in {entry.type_name for entry in ENTRIES.values()}:
                        yield BY_TYPE_NAME[name], field


def argument(field: GraphQLField, name: str) -> GraphQLInputObjectType:
    type_ = get_named_type(field.args[name].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


every_list = pytest.mark.parametrize(
    ("resource", "field"),
    [
        pytest.param(resource, field, id=f"{resource.name}-{number}")
        for number, (resource, field) in enumerate(lists(build_schema()._schema))
    ],
)
JOINING = {"and", "or", "not"}
QUANTIFIERS = {ToOne: {Quantifier.IS}, ToMany: {Quantifier.SOME, Quantifier.NONE, Quantifier.EVERY}}


def members(resource: Entity, field: GraphQLField) -> Iterator[tuple[str, GraphQLInputObjectType]]:
    """What a list is filtered by, and the operators there are for it."""
    for name, member in argument(field, "filter").fields.items():
        if name not in JOINING:
            type_ = get_named_type(member.type)
            assert isinstance(type_, GraphQLInputObjectType)
            yield name, type_


def declared_apart(resource: Entity, name: str) -> bool:
    """Whether a member compares fields that tenants declare, each in a way of its own."""
    field = resource.by_name.get(snake(name))
    return field is not None and field.lookup is Lookup.DECLARED


@every_list
def test_every_list_is_filtered_and_ordered(resource: Entity, field: GraphQLField) -> None:
    filter_ = argument(field, "filter")
    assert filter_.name == f"{resource.type_name}Filter"
    assert argument(field, "orderBy").name == f"{resource.type_name}Order"
    assert {get_named_type(filter_.fields[name].type) for name in JOINING} == {filter_}


@every_list
def test_filters_offer_the_allowed_operators(resource: Entity, field: GraphQLField) -> None:
    for name, type_ in members(resource, field):
        if declared_apart(resource, name):
            continue
        edge = resource.edge_by_name.get(snake(name))
        quantifiers = QUANTIFIERS[type(edge)] if edge else set()
        is_looked_up = not isinstance(edge, ToMany)
        allowed = (
            operators_of(resource.by_name[looked_up(resource, snake(name))]) if is_looked_up else ()
        )
        assert set(type_.fields) == {*allowed, *quantifiers}, name


@every_list
def test_filters_compare_with_values_of_the_fields_own_type(
    schema: GraphQLSchema, resource: Entity, field: GraphQLField
) -> None:
    shown = object_type(schema, resource).fields
    lists_ = {Operator.IN, Operator.NOT_IN, Operator.HAS_ALL, Operator.HAS_ANY, Operator.HAS_NONE}
    special = {
        Operator.IS_NULL: "Boolean",
        Operator.WITHIN_LAST: "Duration",
        Operator.OLDER_THAN: "Duration",
        Operator.WITHIN_NEXT: "Duration",
        Operator.LATER_THAN: "Duration",
        Operator.WITHIN: "CircleInput",
    }
    for name, type_ in members(resource, field):
        if declared_apart(resource, name):
            continue
        declared = resource.by_name.get(snake(name))
        own = get_named_type(shown[name].type).name if name in shown else None
        for operator, operand in type_.fields.items():
            assert isinstance(operand.type, GraphQLList) is (operator in lists_)
            given = get_named_type(operand.type).name
            if snake(name) in resource.edge_by_name and operator in set(Quantifier):
                target = resource.edge_by_name[snake(name)].target
                assert given == f"{RESOURCES[target].type_name}Filter"
            elif operator in special:
                assert given == special[Operator(operator)]
            elif declared and declared.kind is Kind.REFERENCE:
                assert given == "ID"
            elif own:
                assert given == own


def test_custom_fields_are_compared_as_every_type_that_can_be_declared(
    schema: GraphQLSchema,
) -> None:
    filter_ = schema.type_map["CustomFieldFilter"]
    assert isinstance(filter_, GraphQLInputObjectType)
    assert set(filter_.fields) == {"name", *KINDS.values()}
    assert set(KINDS) == set(CustomType)
    for kind, column in COLUMNS.items():
        type_ = get_named_type(filter_.fields[kind].type)
        assert isinstance(type_, GraphQLInputObjectType)
        assert set(type_.fields) == operators_of(column)
    declared = schema.type_map["CustomFieldType"]
    assert isinstance(declared, GraphQLEnumType)
    assert set(declared.values) == set(CustomType)
    checks = custom_field_definitions.constraints
    texts = [str(c.sqltext) for c in checks if isinstance(c, sa.CheckConstraint)]
    (taken,) = (text for text in texts if text.startswith("type IN"))
    assert set(re.findall("'([A-Z]+)'", taken)) == set(CustomType)


@every_list
def test_every_declared_lookup_and_edge_is_offered(resource: Entity, field: GraphQLField) -> None:
    names = {snake(name) for name, _ in members(resource, field)}
    to_many = {edge.name for edge in resource.edges if isinstance(edge, ToMany)}
    assert to_many <= names
    offered = {looked_up(resource, name) for name in names - to_many}
    assert offered == {f.name for f in resource.fields if f.lookup is not Lookup.NONE}


@every_resource
def test_whatever_stands_in_the_clear_can_belooked_up(resource: Entity) -> None:
    assert [
        field.name
        for field in plain(resource)
        if field.lookup is Lookup.NONE and field.kind is not Kind.JSON and field.name != "version"
    ] == []


@every_list
def test_orders_offer_every_declared_field_that_has_an_order(
    resource: Entity, field: GraphQLField
) -> None:
    order = argument(field, "orderBy")
    assert set(order.fields) == {"field", "direction", "nulls"}
    keys = get_named_type(order.fields["field"].type)
    assert isinstance(keys, GraphQLEnumType)
    assert {key.lower() for key in keys.values} == {f.name for f in resource.fields if f.has_order}


def test_every_resource_is_in_a_list(schema: GraphQLSchema) -> None:
    assert {resource.name for resource, _ in lists(schema)} == {resource.name for resource in ALL}


# --- views ----------------------------------------------------------------------------------------


def test_every_view_is_declared_and_can_be_worked_out() -> None:
    assert {name for resource in ALL for name in resource.views} == set(VIEWS)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_an_entry_shows_exactly_what_is_declared(schema: GraphQLSchema, entry: Entity) -> None:
    shown = object_type(schema, entry).fields
    names = [*(field.name for field in entry.fields), *(edge.name for edge in entry.edges)]
    assert set(shown) == {*map(camel, names), *(["record"] if entry.record_types else [])}
    if entry.record_types:
        record = get_named_type(shown["record"].type)
        assert isinstance(record, GraphQLUnionType)
        assert {BY_TYPE_NAME[type_.name].name for type_ in record.types} == set(entry.record_types)


def test_a_timeline_tells_of_every_source(schema: GraphQLSchema) -> None:
    kinds = schema.type_map["TimelineKind"]
    assert isinstance(kinds, GraphQLEnumType)
    sources = timeline_sources(BUILT_IN).values()
    assert list(kinds.values) == list(dict.fromkeys(source.event.kind for source in sources))
    for source in sources:
        resource = RESOURCES[source.resource]
        assert resource.by_name[source.event.at].kind is Kind.TIMESTAMP
        assert source.customer_column in resource.table.c


def test_access_can_be_asked_of_every_type(schema: GraphQLSchema) -> None:
    for name, values in (
        ("RecordType", {resource.name.upper() for resource in ALL}),
        ("RecordAction", {action.upper() for action in Action}),
        ("FieldLevel", set(FieldLevel)),
        ("ExpectedPart", set(EXPECTED)),
        ("CustomerPart", {part.name for part in fresh_parts(BUILT_IN)}),
    ):
        type_ = schema.type_map[name]
        assert isinstance(type_, GraphQLEnumType)
        assert set(type_.values) == values
