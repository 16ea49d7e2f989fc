"""Mutation that lifts a suppression, for somebody who was erased and comes back."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from api.graphql.customers.inputs import ContactPointInput
from api.graphql.customers.mutations import point
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import ExternalReferenceInput, Payload
from domain.erasure.lift_suppression import (
    Lifted,
    LiftReason,
    LiftSuppression,
    keep_lifted,
    lift_suppression,
)
from domain.writing.unit_of_work import UnitOfWork


@strawberry.enum(description="Why somebody who was erased is let in again.")
class SuppressionLiftReason(Enum):
    OWN_REQUEST = strawberry.enum_value("OWN_REQUEST", description="The person asks for it.")
    NEW_CONTRACT = strawberry.enum_value(
        "NEW_CONTRACT", description="The person makes a new contract."
    )
    ERASED_BY_MISTAKE = strawberry.enum_value(
        "ERASED_BY_MISTAKE", description="Somebody else was meant to be erased."
    )
    LEGAL = strawberry.enum_value("LEGAL", description="A law or a court demands it.")


@strawberry.input(
    description="Somebody who may be taken in again, told as they will be: what is not named goes on"
    " keeping them out."
)
class LiftSuppressionInput:
    given_name: str | None = strawberry.field(default=None, description="Given names.")
    family_name: str | None = strawberry.field(default=None, description="Family name.")
    organization_name: str | None = strawberry.field(
        default=None, description="Name of an organisation."
    )
    country: str | None = strawberry.field(
        default=None, description="ISO 3166-1 alpha-2, by which telephone numbers are read."
    )
    contact_points: list[ContactPointInput] | None = strawberry.field(
        default=None, description="E-mail addresses and telephone numbers."
    )
    external_references: list[ExternalReferenceInput] | None = strawberry.field(
        default=None, description="Ids in other systems."
    )
    reason: SuppressionLiftReason = strawberry.field(description="Why; stands in the audit trail.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(
    description="What `liftSuppression` answers, alike whether or not they were kept out."
)
class LiftSuppressionPayload(Payload):
    lifted: int | None = strawberry.field(
        description="How many keyed hashes kept them out and do so no more; null where it was refused."
    )


@strawberry.type
class LiftingMutation:
    @strawberry.field(
        graphql_type=LiftSuppressionPayload,
        description="Lets somebody be taken in again who was erased and comes back of their own will. It"
        " brings nothing back and takes nobody in: `createCustomer` and imports are no longer refused. A"
        " later erasure keeps them out again.",
    )
    async def lift_suppression(self, info: FarleyInfo, input: LiftSuppressionInput) -> Any:
        async def command(work: UnitOfWork) -> Mapping[str, Any]:
            reason = LiftReason(str(input.reason.value))
            lifted.append(await lift_suppression(LiftSuppression(_values(input), reason), work))
            return {"lifted": lifted[0].count}

        async def committed() -> None:
            context = info.context
            tenant = context.caller.principal.tenant_id
            await keep_lifted(context.services.stores, tenant, lifted[0])

        lifted: list[Lifted] = []
        return await finish.plain_mutation(info, command, input.client_mutation_id, then=committed)


def _values(input: LiftSuppressionInput) -> dict[str, Any]:
    names = ("given_name", "family_name", "organization_name", "country")
    return {
        **{name: value for name in names if (value := getattr(input, name)) is not None},
        "contact_points": [point(one) for one in input.contact_points or ()],
        "external_references": [
            {"system": one.system, "id": one.id} for one in input.external_references or ()
        ],
    }
