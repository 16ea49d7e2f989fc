"""The schema, merged from one package per feature."""

import strawberry
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, get_nullable_type
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from api.graphql.aggregates.queries import AggregateQuery
from api.graphql.consents.mutations import ConsentMutation
from api.graphql.credentials.mutations import ApiKeyMutation
from api.graphql.credentials.queries import ApiKeyQuery
from api.graphql.custom_fields.mutations import CustomFieldMutation
from api.graphql.custom_fields.queries import CustomFieldQuery
from api.graphql.customers.mutations import CustomerMutation
from api.graphql.customers.queries import CustomerQuery
from api.graphql.customers.types import Consent, ConsentEvent, Customer, Relationship
from api.graphql.directory.member_mutations import MemberMutation
from api.graphql.directory.mutations import DirectoryMutation
from api.graphql.directory.queries import DirectoryQuery
from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.erasure.lifting import LiftingMutation
from api.graphql.erasure.mutations import ErasureMutation
from api.graphql.erasure.queries import ErasureQuery
from api.graphql.execution.finished import FinishedExecutionContext
from api.graphql.explain.queries import ExplainQuery
from api.graphql.interactions.mutations import InteractionMutation
from api.graphql.interactions.queries import InteractionQuery
from api.graphql.interactions.types import Interaction, Participant
from api.graphql.opening.mutations import OpeningMutation
from api.graphql.opportunities.mutations import OpportunityMutation
from api.graphql.opportunities.queries import OpportunityQuery
from api.graphql.opportunities.types import Opportunity, Pipeline, Stage, StageChange
from api.graphql.partners.mutations import PartnerMutation
from api.graphql.partners.queries import PartnerQuery
from api.graphql.partners.types import DealRegistration
from api.graphql.policy.mutations import PolicyMutation
from api.graphql.policy.queries import PolicyQuery
from api.graphql.restriction.mutations import RestrictionMutation
from api.graphql.schema.directives import DIRECTIVES, describe
from api.graphql.search.queries import SearchQuery
from api.graphql.search_modes.mutations import SearchModeMutation
from api.graphql.search_modes.queries import SearchModeQuery
from api.graphql.sharing.mutations import SharingMutation
from api.graphql.sharing.queries import SharingQuery
from api.graphql.sharing.types import RecordShare
from api.graphql.types.scalars import SCALARS
from api.graphql.viewer.queries import ViewerQuery

Query = merge_types(
    "Query",
    (
        DirectoryQuery,
        ViewerQuery,
        CustomerQuery,
        InteractionQuery,
        OpportunityQuery,
        PartnerQuery,
        AggregateQuery,
        SearchQuery,
        CustomFieldQuery,
        SearchModeQuery,
        ApiKeyQuery,
        ErasureQuery,
        ExplainQuery,
        PolicyQuery,
        SharingQuery,
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
        OpeningMutation,
    ),
)


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


def build_schema() -> strawberry.Schema:
    """The schema as it is served."""
    schema = FarleySchema(
        query=Query,
        mutation=Mutation,
        types=[
            Customer,
            Relationship,
            Consent,
            ConsentEvent,
            Interaction,
            Participant,
            Opportunity,
            Pipeline,
            Stage,
            StageChange,
            Member,
            Department,
            PartnerAccount,
            DealRegistration,
            RecordShare,
            *DIRECTIVES,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        execution_context_class=FinishedExecutionContext,
    )
    core = schema._schema  # noqa: SLF001 - Strawberry's only way to graphql-core's
    describe(core)
    _one_by_one(core)
    return schema


def _one_by_one(schema: GraphQLSchema) -> None:
    """Let each field of a mutation be null by itself: one that failed must not hide those that are done."""
    for field in (schema.mutation_type or GraphQLObjectType("Nothing", {})).fields.values():
        field.type = get_nullable_type(field.type)
