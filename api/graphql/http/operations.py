"""Execution of an operation: paid for, supervised, and audited before it is answered."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    execute,
)
from starlette.types import Receive

from api.auth.rate_limit import Bucket
from api.graphql.credential_status import CredentialStatus
from api.graphql.documents.cost import Cost
from api.graphql.documents.errors import Presented, presented, unavailable
from api.graphql.documents.limits import LimitError
from api.graphql.execution.context import Context
from api.graphql.execution.finished import FinishedExecutionContext
from api.graphql.execution.halting import Halt
from api.graphql.http.documents import Order, WrongDocumentError
from api.graphql.http.supervision import ClientGoneError, supervised
from api.graphql.messages.allowed_words import names_in
from api.graphql.messages.told import ToldInputError
from api.graphql.messages.value_faults import variable_faults
from api.graphql.planning.reads import Reads, UnreadableVariablesError
from api.runtime.wiring import Services
from api.serving.responses import Body
from domain.access.caller import Caller
from domain.reading.gate import Reading
from privacy.audit import OPENED, AuditEntry

ADMISSION = 10
"""What every request is charged before its document is looked at; one that is executed pays its cost
instead.
"""


def cost_shown(requested: int, actual: int, bucket: Bucket) -> Body:
    """``extensions`` of an answer."""
    return {
        "cost": {"requested": requested, "actual": actual, "throttle": bucket.state()},
    }


def _is_told(halt: Halt) -> bool:
    """Whether there is an answer to give although the mutation was ended."""
    return halt.has_answered and not isinstance(halt.reason, ClientGoneError)


class Operations:
    """Executes operations of one schema."""

    def __init__(
        self, schema: GraphQLSchema, names: frozenset[str], services: Services, cost_max: int
    ) -> None:
        self._schema = schema
        self._reads = Reads(schema, services.registry)
        self._names = names
        self._services = services
        self._cost_max = cost_max
        self._deadline_s = services.settings.request_timeout_ms / 1000

    async def answer(
        self, order: Order, bucket: Bucket, receive: Receive, credential_status: CredentialStatus
    ) -> Body:
        """The body of the answer; the admission is paid already.

        Raises ``WrongDocumentError`` for what is too expensive, ``RateLimitedError``, and what
        ``supervised`` and ``CredentialStatus.require`` raise.
        """
        cost = order.operation.cost.of(order.variables)
        if cost.total > self._cost_max:
            raise WrongDocumentError((self._too_expensive(cost),), cost.total)
        bucket.take(cost.total - ADMISSION)
        is_mutation = order.operation.node.operation is OperationType.MUTATION
        halt = Halt(credential_status.require) if is_mutation else None
        work = self._paid(order, cost, bucket, halt)
        if halt is None:
            body = await supervised(work, receive, self._deadline_s)
            await credential_status.require()
            return body
        body = await supervised(work, receive, self._deadline_s, halt.ask)
        if halt.reason is not None and not _is_told(halt):
            raise halt.reason
        return body

    async def _paid(self, order: Order, cost: Cost, bucket: Bucket, halt: Halt | None) -> Body:
        """The answer; what its records did not cost is given back, however it ends."""
        region = await self._services.tenants.region(order.caller.principal.tenant_id)
        reading = self._services.reading(order.caller, region)
        try:
            body = await self._read(order, reading, region, halt)
        finally:
            actual = cost.actual(reading.records_read)
            bucket.give_back(cost.total - cost.charged(reading.records_read, reading.work))
        body["extensions"] = cost_shown(cost.total, actual, bucket)
        return body

    async def _read(self, order: Order, reading: Reading, region: str, halt: Halt | None) -> Body:
        size = order.page_size_max
        context = Context(
            self._services, order.caller, reading, region, page_size_max=size, halt=halt
        )
        result = await self._execute(order, context)
        errors = result.errors or []
        reason = unavailable(errors)
        if reason is not None and not (halt and halt.has_written):
            raise reason
        await self._leave_trace(order.caller, reading)
        body: Body = {"data": result.data}
        if errors:
            body["errors"] = self._shown(order, errors, halt)
            if result.data is None and not any(error.path for error in errors):
                del body["data"]
        return body

    def _shown(
        self, order: Order, errors: Sequence[GraphQLError], halt: Halt | None
    ) -> list[Presented]:
        document = order.prepared.document
        names = self._names | names_in(document) if document is not None else self._names
        found = [presented(error, names, hints=order.may_introspect) for error in errors]
        for error, shown in zip(errors, found, strict=True):
            if halt is not None and error.path:
                shown["extensions"]["outcome"] = halt.outcome(str(error.path[0])).value
        return found

    async def _execute(self, order: Order, context: Context) -> ExecutionResult:
        """Run an operation of a valid document: parsing and validation lie behind it."""
        try:
            planned = self._reads.planned(
                order.operation.node,
                order.prepared.fragments,
                order.variables,
                order.page_size_max,
                order.prepared.tokens,
            )
        except UnreadableVariablesError:
            return ExecutionResult(None, self._wrong_variables(order))
        if planned is not None:
            read, variables = planned
            return ExecutionResult(*await read.answer(context.reading, variables))
        result = execute(
            self._schema,
            cast("DocumentNode", order.prepared.document),
            context_value=context,
            variable_values=order.variables,
            operation_name=order.name,
            executor_class=FinishedExecutionContext,
            hide_suggestions=True,
            operation_extensions=None,
        )
        return await result if isawaitable(result) else result

    def _wrong_variables(self, order: Order) -> list[GraphQLError]:
        node, found = order.operation.node, []
        with suppress(RecursionError):
            found = variable_faults(self._schema, node, order.variables or {})
        return found or [ToldInputError("The variables cannot be read.", "", [node])]

    async def _leave_trace(self, caller: Caller, reading: Reading) -> None:
        """One audit entry for all that the request opened, durable before the answer is sent."""
        access_log, principal = reading.access_log, caller.principal
        if not access_log:
            return
        keys = await self._services.vault.index(principal.tenant_id)
        entry = AuditEntry(
            at=datetime.now(UTC),
            actor=principal.actor,
            action=OPENED,
            resource="",
            purpose=caller.purpose.name,
            policy_version=caller.snapshot.version,
            fields=tuple(sorted(access_log.fields)),
            subjects=tuple(sorted(map(keys.reference, access_log.subjects))),
        )
        await self._services.audit.write(principal.tenant_id, entry)

    def _too_expensive(self, cost: Cost) -> dict[str, Any]:
        message = f"a request may cost {self._cost_max}: ask for smaller pages"
        error = LimitError(message, code="TOO_EXPENSIVE", limit=self._cost_max, cost=cost.total)
        return presented(GraphQLError(message, original_error=error), self._names)
