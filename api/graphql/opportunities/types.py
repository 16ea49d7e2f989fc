from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.execution.finished import unwalked
from api.graphql.opportunities.enums import OpportunityStatus
from api.graphql.opportunities.pipeline_inputs import (
    StageChangeFilter,
    StageChangeOrder,
    StageFilter,
    StageOrder,
)
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
from api.graphql.types.scalars import Date, DateTime, DecimalText

if TYPE_CHECKING:
    from api.graphql.customers.types import Customer

LazyCustomer = Annotated["Customer", strawberry.lazy("api.graphql.customers.types")]


@strawberry.type(description="An exact amount of money.")
class Money:
    amount: DecimalText = strawberry.field(description="With four decimal places.")
    currency: str = strawberry.field(description="ISO 4217.")


@strawberry.type(description="A way from a first contact to a decision.")
class Pipeline(Node):
    name: str | None = strawberry.field(description="Its name.")
    created_at: DateTime | None = strawberry.field(description="When it was declared.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )

    @strawberry.field(description="Its stages, in order.")
    def stages(
        self,
        filter: Annotated[StageFilter | None, WHICH] = None,
        order_by: Annotated[list[StageOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> "Connection[Stage]":
        unwalked()


@strawberry.type(description="A step of a pipeline.")
class Stage(Node):
    pipeline: Pipeline | None = strawberry.field(description="Of which pipeline.")
    name: str | None = strawberry.field(description="Its name.")
    position: int | None = strawberry.field(description="Its place, from 0.")
    outcome: OpportunityStatus | None = strawberry.field(description="What reaching it means.")
    probability: int | None = strawberry.field(
        description="How likely a sale is there, in percent."
    )
    created_at: DateTime | None = strawberry.field(description="When it was declared.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A step that an opportunity took.")
class StageChange(Node):
    opportunity: "Opportunity | None" = strawberry.field(description="Which opportunity.")
    from_stage: Stage | None = strawberry.field(description="From here; null at its beginning.")
    to_stage: Stage | None = strawberry.field(description="To here.")
    author: Member | None = strawberry.field(description="Who moved it.")
    changed_at: DateTime | None = strawberry.field(description="When.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A possible sale.")
class Opportunity(Node):
    customer: LazyCustomer | None = strawberry.field(description="With whom.")
    pipeline: Pipeline | None = strawberry.field(description="In which pipeline.")
    stage: Stage | None = strawberry.field(description="How far it has come.")
    status: OpportunityStatus | None = strawberry.field(description="Open, won or lost.")
    title: str | None = strawberry.field(description="In a few words.")
    value: Money | None = strawberry.field(description="What it brings, or may bring.")
    amount: DecimalText | None = strawberry.field(description="The value's amount.")
    currency: str | None = strawberry.field(description="The value's currency (ISO 4217).")
    probability: int | None = strawberry.field(description="How likely it is, in percent.")
    expected_close: Date | None = strawberry.field(description="When it should close.")
    closed_at: DateTime | None = strawberry.field(description="When it was won or lost.")
    lost_reason: str | None = strawberry.field(description="Why it was lost.")
    owner: Member | None = strawberry.field(description="Who looks after it.")
    department: Department | None = strawberry.field(description="The department that owns it.")
    partner_account: PartnerAccount | None = strawberry.field(
        description="The partner it belongs to."
    )
    external_references: list[ExternalReference] = strawberry.field(
        description="Ids in other systems."
    )
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was opened.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )

    @strawberry.field(description="The steps it took, the latest first.")
    def stage_history(
        self,
        filter: Annotated[StageChangeFilter | None, WHICH] = None,
        order_by: Annotated[list[StageChangeOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StageChange]:
        unwalked()
