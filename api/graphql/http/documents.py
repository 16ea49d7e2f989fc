"""From what a request asks to an operation that may be executed: which document it is, whether the
caller may send such a document, and whether it is one.
"""

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationType

from api.graphql.documents.errors import NO_SUBSCRIPTIONS, Presented
from api.graphql.documents.prepared import NoOperationError, Prepared, PreparedOperation, Preparer
from api.graphql.http.requests import GraphQLRequest
from api.serving.responses import RefusedError
from domain.access.caller import Caller
from domain.reading.plan.plan import PAGE_SIZE_MAX, TRUSTED_PAGE_SIZE_MAX
from domain.settings.trusted_documents import TrustedDocuments
from policy.subjects.scopes import ADHOC, INTROSPECTION

UNKNOWN = {
    "message": "the tenant trusts no document of that id",
    "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
}


class WrongDocumentError(Exception):
    """The document is not one that can be executed; ``errors`` are as answers show them."""

    def __init__(self, errors: tuple[dict[str, Any], ...], cost: int = 0) -> None:
        super().__init__()
        self.errors = errors
        self.cost = cost


@dataclass(frozen=True, slots=True)
class Order:
    """An operation that ``caller`` may have executed."""

    caller: Caller
    prepared: Prepared
    operation: PreparedOperation
    name: str | None
    variables: dict[str, Any] | None
    is_trusted: bool
    may_introspect: bool = False

    @property
    def page_size_max(self) -> int:
        """How many records a page of it may hold."""
        return TRUSTED_PAGE_SIZE_MAX if self.is_trusted else PAGE_SIZE_MAX


class Documents:
    """Finds, prepares and admits documents."""

    def __init__(
        self, preparer: Preparer, trusted: TrustedDocuments, *, open_introspection: bool
    ) -> None:
        self._preparer = preparer
        self._trusted = trusted
        self._open_introspection = open_introspection

    async def order(
        self, caller: Caller, graphql_request: GraphQLRequest, kinds: frozenset[OperationType]
    ) -> Order:
        """The operation; raises ``RefusedError`` and ``WrongDocumentError``."""
        prepared = self._preparer.prepare(await self._text(caller, graphql_request))
        may_introspect = self._may_introspect(caller)
        if prepared.document is None:
            raise WrongDocumentError(prepared.errors)
        try:
            operation = prepared.operation(graphql_request.name)
        except NoOperationError:
            operation = None
        if operation is not None and operation.kind is OperationType.SUBSCRIPTION:
            raise WrongDocumentError(tuple(filter(_is_about_subscriptions, prepared.errors)))
        if operation is None or operation.kind not in kinds:
            raise RefusedError(400, "NO_OPERATION", "name one of the document's operations")
        if prepared.errors:
            raise WrongDocumentError(prepared.helpful if may_introspect else prepared.errors)
        if operation.introspects and not may_introspect:
            message = f"introspection needs the scope {INTROSPECTION}"
            raise RefusedError(403, "INTROSPECTION_NOT_ALLOWED", message)
        is_trusted = graphql_request.document_id is not None
        return Order(
            caller,
            prepared,
            operation,
            graphql_request.name,
            graphql_request.variables,
            is_trusted,
            may_introspect,
        )

    async def _text(self, caller: Caller, graphql_request: GraphQLRequest) -> str:
        tenant = caller.principal.tenant_id
        if graphql_request.document_id is not None:
            text = await self._trusted.text(tenant, graphql_request.document_id)
            if text is None:
                raise WrongDocumentError((UNKNOWN,))
            return text
        if ADHOC not in caller.principal.scopes and await self._trusted.are_required(tenant):
            message = f"only trusted documents are answered here; others need the scope {ADHOC}"
            raise RefusedError(403, "DOCUMENT_NOT_TRUSTED", message)
        return graphql_request.query or ""

    def _may_introspect(self, caller: Caller) -> bool:
        return self._open_introspection or INTROSPECTION in caller.principal.scopes


def _is_about_subscriptions(error: Presented) -> bool:
    return bool(error["extensions"]["code"] == NO_SUBSCRIPTIONS)


def kinds_of(schema: GraphQLSchema, method: str) -> frozenset[OperationType]:
    """What may be executed by a request of that method: by GET nothing that changes anything."""
    kinds = {OperationType.QUERY}
    if method == "POST" and schema.mutation_type is not None:
        kinds.add(OperationType.MUTATION)
    return frozenset(kinds)
