from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.interactions.inputs import RecordInteractionInput
from api.graphql.interactions.types import Interaction
from api.graphql.relay import Payload
from domain.interactions.record_interaction import RecordInteraction, record_interaction
from domain.persistence.unit_of_work import UnitOfWork
from domain.reading.identifiers import record_id


@strawberry.type(description="What `recordInteraction` answers.")
class RecordInteractionPayload(Payload):
    interaction: Interaction | None = strawberry.field(description="The new interaction.")


@strawberry.type
class InteractionMutation:
    @strawberry.field(graphql_type=RecordInteractionPayload, description="Records a contact.")
    async def record_interaction(self, info: FarleyInfo, input: RecordInteractionInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await record_interaction(_command(input), work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "interaction", "interaction", command, mutation_id)


def _command(input: RecordInteractionInput) -> RecordInteraction:
    return RecordInteraction(
        customer_id=record_id("customer", input.customer_id, "customer_id"),
        channel=str(input.channel.value),
        direction=str(input.direction.value),
        occurred_at=input.occurred_at,
        subject=input.subject,
        body=input.body,
        duration_seconds=input.duration_seconds,
        outcome=str(input.outcome.value) if input.outcome else None,
        participants=tuple(
            record_id("customer", id_, "participants") for id_ in input.participant_ids
        ),
        key=input.client_mutation_id,
    )
