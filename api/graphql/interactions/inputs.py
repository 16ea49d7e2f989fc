import strawberry

from api.graphql.interactions.enums import (
    Channel,
    ContactDirection,
    InteractionOrderField,
    Outcome,
    ParticipantOrderField,
)
from api.graphql.types.operators import DateTimeFilter, EnumFilter, RangeFilter, ReferenceFilter
from api.graphql.types.relations import (
    CustomerReference,
    DepartmentReference,
    InteractionReference,
    MemberReference,
    ParticipantRelation,
    PartnerAccountReference,
)
from api.graphql.types.relay import Ordered
from api.graphql.types.scalars import DateTime


@strawberry.input(description="Which interactions; all members must hold.")
class InteractionFilter:
    and_: "list[InteractionFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[InteractionFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "InteractionFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    customer: CustomerReference | None = strawberry.field(default=None, description="By customer.")
    channel: EnumFilter[Channel] | None = strawberry.field(default=None, description="By channel.")
    direction: EnumFilter[ContactDirection] | None = strawberry.field(
        default=None, description="By direction."
    )
    outcome: EnumFilter[Outcome] | None = strawberry.field(default=None, description="By outcome.")
    author: MemberReference | None = strawberry.field(default=None, description="By author.")
    department: DepartmentReference | None = strawberry.field(
        default=None, description="By department."
    )
    partner_account: PartnerAccountReference | None = strawberry.field(
        default=None, description="By partner."
    )
    external_reference: ReferenceFilter | None = strawberry.field(
        default=None, description="By an id in another system."
    )
    participants: ParticipantRelation | None = strawberry.field(
        default=None, description="By who took part."
    )
    occurred_at: DateTimeFilter | None = strawberry.field(default=None, description="By time.")
    duration_seconds: RangeFilter[int] | None = strawberry.field(
        default=None, description="By duration."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when recorded."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class InteractionOrder(Ordered):
    field: InteractionOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which participants; all members must hold.")
class ParticipantFilter:
    and_: "list[ParticipantFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[ParticipantFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "ParticipantFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    interaction: InteractionReference | None = strawberry.field(
        default=None, description="By interaction."
    )
    customer: CustomerReference | None = strawberry.field(default=None, description="By customer.")
    member: MemberReference | None = strawberry.field(
        default=None, description="By member of staff."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was recorded."
    )


@strawberry.input(description="A key of an order.")
class ParticipantOrder(Ordered):
    field: ParticipantOrderField = strawberry.field(description="By what.")


@strawberry.input(description="A contact that took place.")
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
