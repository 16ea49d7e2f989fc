"""Interaction input: what took place, with whom, and who else took part."""

import strawberry

from api.graphql.types.scalars import DateTime
from domain.entities.interactions import Channel, ContactDirection, Outcome


@strawberry.input(description="An interaction that took place.")
class RecordInteractionInput:
    customer_id: strawberry.ID = strawberry.field(description="With whom.")
    channel: Channel = strawberry.field(description="On which way.")
    direction: ContactDirection = strawberry.field(description="Who contacted whom.")
    occurred_at: DateTime = strawberry.field(description="When.")
    subject: str | None = strawberry.field(default=None, description="In a few words.")
    body: str | None = strawberry.field(default=None, description="What was said.")
    duration_seconds: int | None = strawberry.field(default=None, description="How long it took.")
    outcome: Outcome | None = strawberry.field(default=None, description="How it ended.")
    participant_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Other customers who took part."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None,
        description="Given again with the same input, it answers with the same interaction.",
    )
