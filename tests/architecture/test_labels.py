"""Whatever a caller can select is labelled with what it says of people, or says nothing of them."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from api.graphql.planning.names import snake
from api.graphql.schema.schema import build_schema
from domain.entities.registry import BUILT_IN, BY_TYPE_NAME, RESOURCES
from domain.reading.views.overview_parts import (
    EXPECTED,
    PARTS,
    FreshPart,
    OverviewPart,
    fresh_parts,
)
from domain.reading.views.views import view_entry
from privacy.labels import Category

ENTRY_TYPES = {
    entry.type_name: entry
    for entry in (view_entry(BUILT_IN, name) for name in ("timeline", "network"))
    if entry
}
SAYS_NOTHING = {
    "Query": "the root",
    "Mutation": "the root",
    "PageInfo": "cursors, which are sealed",
    "Redaction": "the name of a field",
    "Viewer": "of whoever asks, from their own token",
    "TypeAccess": "what the policy says",
    "RecordAccess": "what the policy says of a record",
    "FieldAccess": "what the policy says of a field",
    "CustomFieldDefinition": "what the tenant declares of a field, and no value of it",
    "TextSearchMode": "what the tenant chooses for a field, and no value of it",
    "ApiKey": "a program's or a company's key, its holder's handle",
    "Policy": "what the policy says",
    "PolicyRule": "what the policy says",
    "PolicyLink": "what the policy says",
    "PolicyDifference": "what the policy says, and said",
    "PolicyVersion": "who of the staff made it and why, which only administrators and auditors read",
    "PolicyChange": "who of the staff made it and why, which only administrators and auditors read",
    "Erasure": "that somebody was erased, for whoever may erase them",
    "ErasureMentions": "counts and ids, for whoever may erase the person",
    "ErasureMentionCount": "a count",
    "UserError": "codes and the names of arguments",
    "SearchResults": "hits and cursors",
    "SearchHit": "a score, highlights, and a record that is labelled itself",
    "Highlight": "a stretch of a field that it names, which is labelled where it stands",
    "HighlightPart": "a piece of a highlight",
    **dict.fromkeys(
        (
            "Explanation",
            "ExplainedRule",
            "ExplainedCondition",
            "ExplainedField",
            "ExplainedConsent",
        ),
        "what the policy says, and truths about a record, for its administrators",
    ),
    "PolicyPrincipal": "a name and a handle, for administrators of the policy",
    "FieldSights": "who may see a field, for administrators of the policy",
    "FieldSight": "one of them",
    "Simulation": "counts, for administrators of the policy",
    "SimulatedEffect": "counts",
    "SimulatedField": "counts",
}
SUMMED = {
    "LastContact": "lastContacts",
    "ConsentState": "consents",
}
"""The parts of an overview that are objects of their own, each of which names the fields it uses."""
OF_MONEY = {"MoneyTotal": ("amount", "currency"), "MoneyAggregate": ("amount", "currency")}
OF_AGGREGATES = (
    "Group", "Groups", "GroupKey", "DistinctCounts", "Sums", "Averages", "Minimums", "Maximums",
)  # fmt: skip
"""Labelled as the fields they aggregate: ``test_schema.py``."""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


def below(type_: GraphQLNamedType) -> Iterator[GraphQLObjectType]:
    """A type of values, and the types of its parts."""
    if isinstance(type_, GraphQLObjectType) and type_.name not in BY_TYPE_NAME:
        yield type_
        for field in type_.fields.values():
            yield from below(get_named_type(field.type))


def parts_of_declared_fields(schema: GraphQLSchema) -> set[str]:
    """The types of what declared fields hold: as much labelled as the fields are."""
    found = set()
    for name, resource in (*BY_TYPE_NAME.items(), *ENTRY_TYPES.items()):
        type_ = schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        declared = {field.name: field for field in resource.fields}
        for shown, field in type_.fields.items():
            if snake(shown) in declared:
                assert isinstance(declared[snake(shown)].category, Category)
                found |= {part.name for part in below(get_named_type(field.type))}
    return found


def is_a_page(type_: GraphQLObjectType) -> bool:
    return type_.name.endswith(("Connection", "Edge")) and set(type_.fields) <= {
        *("nodes", "edges", "pageInfo", "totalCount", "totals", "node", "cursor")
    }


def test_every_type_is_labelled_or_says_nothing_of_people(schema: GraphQLSchema) -> None:
    """A type that is in no group is new: say what it says of people."""
    labelled = parts_of_declared_fields(schema)
    aggregating = {f"{name}{suffix}" for name in BY_TYPE_NAME for suffix in OF_AGGREGATES}
    known = {
        *(*BY_TYPE_NAME, *ENTRY_TYPES, *labelled, *aggregating, *SAYS_NOTHING, *SUMMED, *OF_MONEY),
        *("CustomerOverview", "Freshness"),
    }
    unknown = {
        name
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLObjectType)
        and not name.startswith("__")
        and not is_a_page(type_)
        and not name.endswith("Payload")
    }
    assert unknown - known == set()


def test_an_overview_shows_nothing_but_the_declared_parts(schema: GraphQLSchema) -> None:
    """Each part names the declared, labelled fields that it uses."""
    overview = schema.type_map["CustomerOverview"]
    assert isinstance(overview, GraphQLObjectType)
    assert set(overview.fields) == {*PARTS, "freshness", "missing", "redactions"}
    parts: tuple[OverviewPart | FreshPart, ...] = (*PARTS.values(), *fresh_parts(BUILT_IN))
    for part in parts:
        assert set(part.uses) <= set(RESOURCES[part.resource].by_name)
    assert set(EXPECTED.values()) <= set(RESOURCES["customer"].by_name)
    for name, part_name in SUMMED.items():
        assert get_named_type(overview.fields[part_name].type).name == name


def test_a_payload_shows_records_and_what_was_wrong_only(schema: GraphQLSchema) -> None:
    plain = {
        f"{name}.{member}": get_named_type(field.type).name
        for name, type_ in schema.type_map.items()
        if name.endswith("Payload") and isinstance(type_, GraphQLObjectType)
        for member, field in type_.fields.items()
        if is_leaf_type(get_named_type(field.type))
    }
    assert {where.partition(".")[2] for where in plain} <= {
        *("clientMutationId", "erasureId", "id"),
        "lifted",  # A number of keyed hashes.
        "secret",  # Of an API key, made by chance.
    }


def test_a_timeline_leads_to_labelled_records_only(schema: GraphQLSchema) -> None:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLUnionType):
            assert {member.name for member in type_.types} <= set(BY_TYPE_NAME)
