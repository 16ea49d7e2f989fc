"""Interaction mutation: from what a caller gives to the command."""

from collections.abc import Iterator
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.interactions.inputs import RecordInteractionInput
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.entities.customers import CUSTOMER
from domain.interactions.record_interaction import RecordInteraction, record_interaction
from domain.validation.identifiers import NO_RECORD, noted_id, record_id
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What `recordInteraction` answers.")
class RecordInteractionPayload(Payload):
    interaction: Any = record("interaction", "The new interaction.")


@strawberry.type
class InteractionMutation:
    @strawberry.field(graphql_type=RecordInteractionPayload, description="Records an interaction.")
    async def record_interaction(self, info: FarleyInfo, input: RecordInteractionInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await record_interaction(_command(input, work.faults), work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "interaction", "interaction", command, mutation_id)


def _command(input: RecordInteractionInput, faults: Faults) -> RecordInteraction:
    return RecordInteraction(
        customer_id=noted_id(faults, CUSTOMER, input.customer_id, "customer_id"),
        channel=str(input.channel.value),
        direction=str(input.direction.value),
        occurred_at=input.occurred_at,
        subject=input.subject,
        body=input.body,
        duration_seconds=input.duration_seconds,
        outcome=str(input.outcome.value) if input.outcome else None,
        participants=tuple(_participants(input, faults)),
        key=input.client_mutation_id,
    )


def _participants(input: RecordInteractionInput, faults: Faults) -> Iterator[str]:
    for place, text in enumerate(input.participant_ids):
        id_ = NO_RECORD
        with faults.noted("participants", str(place)):
            id_ = record_id(CUSTOMER, text)
        yield id_
