"""The schema, merged from one package per feature."""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import (
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from api.graphql.consents.mutations import ConsentMutation
from api.graphql.customers.mutations import CustomerMutation
from api.graphql.customers.queries import CustomerQuery
from api.graphql.customers.types import Consent, Customer, Relationship
from api.graphql.directory.queries import DirectoryQuery
from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.erasure.mutations import ErasureMutation
from api.graphql.execution import FinishedExecutionContext
from api.graphql.interactions.mutations import InteractionMutation
from api.graphql.interactions.queries import InteractionQuery
from api.graphql.interactions.types import Interaction, Participant
from api.graphql.opportunities.mutations import OpportunityMutation
from api.graphql.opportunities.queries import OpportunityQuery
from api.graphql.opportunities.types import Opportunity, Pipeline, Stage, StageChange
from api.graphql.scalars import SCALARS
from api.graphql.search.queries import SearchQuery
from api.graphql.viewer.queries import ViewerQuery

TOKENS_MAX = 4_000
CACHED_DOCUMENTS = 1_000

Query = merge_types(
    "Query",
    (
        DirectoryQuery,
        ViewerQuery,
        CustomerQuery,
        InteractionQuery,
        OpportunityQuery,
        SearchQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        CustomerMutation,
        InteractionMutation,
        OpportunityMutation,
        ConsentMutation,
        ErasureMutation,
    ),
)


class OneOperation(SchemaExtension):
    """Refuses a document with several operations that does not say which one is meant, where
    Strawberry would take the first (GraphQL, section 6.1).
    """

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        definitions = document.definitions if document else ()
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        if len(operations) > 1 and context.context.operation_name is None:
            message = "the document has several operations: name one"
            context.pre_execution_errors = [GraphQLError(message)]
        yield


class FarleySchema(strawberry.Schema):
    """Errors are presented, and logged without values, by the view."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Strawberry would log messages and traces here, and with them values."""


def build_schema() -> strawberry.Schema:
    """The schema as it is served."""
    return FarleySchema(
        query=Query,
        mutation=Mutation,
        types=[
            Customer,
            Relationship,
            Consent,
            Interaction,
            Participant,
            Opportunity,
            Pipeline,
            Stage,
            StageChange,
            Member,
            Department,
            PartnerAccount,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        execution_context_class=FinishedExecutionContext,
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=TOKENS_MAX),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
            OneOperation,  # Behind the cache, which would overwrite its error.
        ],
    )
