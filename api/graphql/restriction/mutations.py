from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.customers.enums import RestrictionReason
from api.graphql.customers.types import Customer
from api.graphql.relay import Payload
from domain.persistence.unit_of_work import UnitOfWork
from domain.reading.identifiers import record_id
from domain.restriction.restrict_processing import (
    LiftRestriction,
    RestrictProcessing,
    lift_restriction,
    restrict_processing,
)

Restriction = TypeVar("Restriction", RestrictProcessing, LiftRestriction)


@strawberry.input(description="A person whose data are to be kept and not used.")
class RestrictProcessingInput:
    customer_id: strawberry.ID = strawberry.field(description="Who.")
    reason: RestrictionReason = strawberry.field(description="Why.")
    expected_version: int | None = strawberry.field(
        default=None, description="The customer's version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A restriction that is to end.")
class LiftRestrictionInput:
    customer_id: strawberry.ID = strawberry.field(description="Whose.")
    reason: RestrictionReason = strawberry.field(description="The reason that no longer holds.")
    expected_version: int | None = strawberry.field(
        default=None, description="The customer's version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `restrictProcessing` and `liftRestriction` answer.")
class RestrictionPayload(Payload):
    customer: Customer | None = strawberry.field(description="The customer as they are now.")


@strawberry.type
class RestrictionMutation:
    @strawberry.field(
        graphql_type=RestrictionPayload,
        description="Restricts the processing of a person's data (GDPR Art. 18): they are kept, and the"
        " policy says what is hidden. Each reason is restricted for itself.",
    )
    async def restrict_processing(self, info: FarleyInfo, input: RestrictProcessingInput) -> Any:
        return await _changed(info, input, RestrictProcessing, restrict_processing)

    @strawberry.field(
        graphql_type=RestrictionPayload,
        description="Lifts a restriction; the person must have been told before (GDPR Art. 18(3)).",
    )
    async def lift_restriction(self, info: FarleyInfo, input: LiftRestrictionInput) -> Any:
        return await _changed(info, input, LiftRestriction, lift_restriction)


async def _changed(
    info: FarleyInfo,
    input: RestrictProcessingInput | LiftRestrictionInput,
    kind: type[Restriction],
    run: Callable[[Restriction, UnitOfWork], Awaitable[str]],
) -> Any:
    async def command(work: UnitOfWork) -> str:
        asked = kind(
            customer_id=record_id("customer", input.customer_id, "customer_id"),
            reason=str(input.reason.value),
            expected_version=input.expected_version,
        )
        return await run(asked, work)

    return await finish.mutation(info, "customer", "customer", command, input.client_mutation_id)
