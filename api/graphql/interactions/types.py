from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.execution.finished import unwalked
from api.graphql.interactions.enums import Channel, ContactDirection, Outcome
from api.graphql.interactions.inputs import ParticipantFilter, ParticipantOrder
from api.graphql.types.relay import (
    ORDERED,
    WHICH,
    After,
    Before,
    Connection,
    ExternalReference,
    First,
    Last,
    Node,
    Redaction,
)
from api.graphql.types.scalars import DateTime

if TYPE_CHECKING:
    from api.graphql.customers.types import Customer

LazyCustomer = Annotated["Customer", strawberry.lazy("api.graphql.customers.types")]


@strawberry.type(description="Personal data that was found in a text.")
class Finding:
    type: str = strawberry.field(description="What kind.")
    start: int = strawberry.field(description="The first character (Unicode code points).")
    end: int = strawberry.field(description="One behind the last character.")
    score: float = strawberry.field(description="How sure: 0 to 1.")


@strawberry.type(
    description="What was found in an interaction's texts; null before they were looked at."
)
class Findings:
    subject: list[Finding] = strawberry.field(description="In the subject.")
    body: list[Finding] = strawberry.field(description="In the body.")


@strawberry.type(description="Somebody who took part in an interaction.")
class Participant(Node):
    interaction: "Interaction | None" = strawberry.field(description="In what.")
    customer: LazyCustomer | None = strawberry.field(description="A customer.")
    member: Member | None = strawberry.field(description="Or a member of staff.")
    created_at: DateTime | None = strawberry.field(description="When it was recorded.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="One contact on one channel.")
class Interaction(Node):
    customer: LazyCustomer | None = strawberry.field(description="With whom.")
    channel: Channel | None = strawberry.field(description="On which way.")
    direction: ContactDirection | None = strawberry.field(description="Who contacted whom.")
    subject: str | None = strawberry.field(description="In a few words.")
    body: str | None = strawberry.field(
        description="What was said; without the personal data in it for readers who see it masked."
    )
    findings: Findings | None = strawberry.field(description="Personal data in the texts.")
    occurred_at: DateTime | None = strawberry.field(description="When.")
    duration_seconds: int | None = strawberry.field(description="How long it took.")
    outcome: Outcome | None = strawberry.field(description="How it ended.")
    author: Member | None = strawberry.field(description="Who recorded it.")
    department: Department | None = strawberry.field(description="The author's department.")
    partner_account: PartnerAccount | None = strawberry.field(
        description="The partner it belongs to."
    )
    external_references: list[ExternalReference] = strawberry.field(
        description="Ids in other systems."
    )
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was recorded.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )

    @strawberry.field(description="Who else took part.")
    def participants(
        self,
        filter: Annotated[ParticipantFilter | None, WHICH] = None,
        order_by: Annotated[list[ParticipantOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Participant]:
        unwalked()
