"""Mutations of restriction (GDPR Art. 18): restricted, and lifted."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.planning import finish
from api.graphql.records.enums import choice_enum
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from api.graphql.types.scalars import DateTime
from domain.entities.customers import CUSTOMER, RestrictionReason
from domain.restriction.restrict_processing import (
    LiftRestriction,
    RestrictProcessing,
    lift_restriction,
    restrict_processing,
)
from domain.validation.identifiers import record_id
from domain.writing.unit_of_work import UnitOfWork

choice_enum(RestrictionReason)


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
    informed_at: DateTime = strawberry.field(
        description="When the person was told that it would be lifted (GDPR Art. 18(3)): neither in the"
        " future nor before the restriction."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The customer's version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `restrictProcessing` and `liftRestriction` answer.")
class RestrictionPayload(Payload):
    customer: Any = record("customer", "The customer as they are now.")


@strawberry.type
class RestrictionMutation:
    @strawberry.field(
        graphql_type=RestrictionPayload,
        description="Restricts the processing of a person's data (GDPR Art. 18): they are kept, and the"
        " policy says what is hidden. Each reason is restricted for itself.",
    )
    async def restrict_processing(self, info: FarleyInfo, input: RestrictProcessingInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            asked = RestrictProcessing(
                customer_id=record_id(CUSTOMER, input.customer_id, "customer_id"),
                reason=str(input.reason.value),
                expected_version=input.expected_version,
            )
            return await restrict_processing(asked, work)

        return await _changed(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=RestrictionPayload,
        description="Lifts a restriction, of which the person was told before (GDPR Art. 18(3)).",
    )
    async def lift_restriction(self, info: FarleyInfo, input: LiftRestrictionInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            asked = LiftRestriction(
                customer_id=record_id(CUSTOMER, input.customer_id, "customer_id"),
                reason=str(input.reason.value),
                informed_at=input.informed_at,
                expected_version=input.expected_version,
            )
            return await lift_restriction(asked, work)

        return await _changed(info, command, input.client_mutation_id)


async def _changed(info: FarleyInfo, command: finish.Command, mutation_id: str | None) -> Finished:
    return await finish.mutation(info, "customer", "customer", command, mutation_id)
