"""GraphQL schema, merged from one package per feature."""

from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, get_nullable_type
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from api.graphql.aggregates.queries import grouping
from api.graphql.break_glass.mutations import BreakGlassMutation
from api.graphql.consents.mutations import ConsentMutation
from api.graphql.credentials.mutations import ApiKeyMutation
from api.graphql.credentials.queries import ApiKeyQuery
from api.graphql.custom_fields.mutations import CustomFieldMutation
from api.graphql.custom_fields.queries import CustomFieldQuery
from api.graphql.customer_view.fields import VIEWS
from api.graphql.customers.mutations import CustomerMutation
from api.graphql.directory.member_mutations import MemberMutation
from api.graphql.directory.mutations import DirectoryMutation
from api.graphql.directory.queries import NodeQuery
from api.graphql.erasure.lifting import LiftingMutation
from api.graphql.erasure.mutations import ErasureMutation
from api.graphql.erasure.queries import ErasureQuery
from api.graphql.execution.finished import FinishedExecutionContext
from api.graphql.explain.queries import ExplainQuery
from api.graphql.interactions.mutations import InteractionMutation
from api.graphql.interactions.queries import InteractionQuery
from api.graphql.opportunities.mutations import OpportunityMutation
from api.graphql.partners.mutations import PartnerMutation
from api.graphql.policy.mutations import PolicyMutation
from api.graphql.policy.queries import PolicyQuery
from api.graphql.records.declared import mutations
from api.graphql.records.filters import FILTERS, ORDERS
from api.graphql.records.published import ROOT_FIELDS
from api.graphql.records.roots import listing
from api.graphql.records.shells import RECORDS, SERVED
from api.graphql.records.types import complete
from api.graphql.restriction.mutations import RestrictionMutation
from api.graphql.schema.directives import DIRECTIVES, describe
from api.graphql.search.queries import SearchQuery
from api.graphql.search_modes.mutations import SearchModeMutation
from api.graphql.search_modes.queries import SearchModeQuery
from api.graphql.sharing.mutations import SharingMutation
from api.graphql.types.scalars import SCALARS
from api.graphql.viewer.queries import ViewerQuery
from domain.hooks import HOOKS

complete(RECORDS, SERVED.all, FILTERS, ORDERS, VIEWS)

Query = merge_types(
    "Query",
    (
        NodeQuery,
        listing(SERVED.all, RECORDS, FILTERS, ORDERS),
        ViewerQuery,
        InteractionQuery,
        grouping(SERVED.all, FILTERS),
        SearchQuery,
        CustomFieldQuery,
        SearchModeQuery,
        ApiKeyQuery,
        ErasureQuery,
        ExplainQuery,
        PolicyQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        CustomerMutation,
        InteractionMutation,
        OpportunityMutation,
        ConsentMutation,
        PartnerMutation,
        DirectoryMutation,
        MemberMutation,
        ErasureMutation,
        LiftingMutation,
        RestrictionMutation,
        CustomFieldMutation,
        SearchModeMutation,
        ApiKeyMutation,
        PolicyMutation,
        SharingMutation,
        BreakGlassMutation,
        mutations(SERVED.all, HOOKS),
    ),
)


def _as_published(query: type) -> type:
    """The fields at the root in the order in which they were published, later ones behind them."""
    fields: list[Any] = query.__strawberry_definition__.fields  # type: ignore[attr-defined]  # its mark
    places = {name: place for place, name in enumerate(ROOT_FIELDS.split())}
    fields.sort(key=lambda field: places.get(field.python_name, len(places)))
    return query


class FarleySchema(strawberry.Schema):
    """Errors are presented, and logged without values, by the view."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Strawberry would log messages and traces here, and with them values."""


def names_of(schema: GraphQLSchema) -> frozenset[str]:
    """Every name of the schema: what errors may repeat."""
    found = set(schema.type_map)
    for directive in schema.directives:
        found |= {directive.name, *directive.args}
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            found.add(name)
            found.update(getattr(field, "args", ()))
        found.update(getattr(type_, "values", ()))
    return frozenset(found)


@cache
def build_schema() -> strawberry.Schema:
    """The schema as it is served, the same to everybody in a process."""
    schema = FarleySchema(
        query=_as_published(Query),
        mutation=Mutation,
        types=[
            *RECORDS.values(),
            *DIRECTIVES,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        execution_context_class=FinishedExecutionContext,
    )
    core = schema._schema  # noqa: SLF001 - Strawberry's only way to graphql-core's
    describe(core, SERVED)
    _one_by_one(core)
    return schema


def _one_by_one(schema: GraphQLSchema) -> None:
    """Let each field of a mutation be null by itself: one that failed must not hide those that are done."""
    for field in (schema.mutation_type or GraphQLObjectType("Nothing", {})).fields.values():
        field.type = get_nullable_type(field.type)
