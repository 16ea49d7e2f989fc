import strawberry

from api.graphql.opportunities.enums import OpportunityOrderField, OpportunityStatus
from api.graphql.types.operators import (
    DateFilter,
    DateTimeFilter,
    EnumFilter,
    RangeFilter,
    ReferenceFilter,
    TextFilter,
)
from api.graphql.types.relations import (
    CustomerReference,
    DepartmentReference,
    MemberReference,
    PartnerAccountReference,
    PipelineReference,
    StageChangeRelation,
    StageReference,
)
from api.graphql.types.relay import Ordered
from api.graphql.types.scalars import Date, DecimalText


@strawberry.input(description="Which opportunities; all members must hold.")
class OpportunityFilter:
    and_: "list[OpportunityFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[OpportunityFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "OpportunityFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    customer: CustomerReference | None = strawberry.field(default=None, description="By customer.")
    pipeline: PipelineReference | None = strawberry.field(default=None, description="By pipeline.")
    stage: StageReference | None = strawberry.field(default=None, description="By stage.")
    status: EnumFilter[OpportunityStatus] | None = strawberry.field(
        default=None, description="By status."
    )
    amount: RangeFilter[DecimalText] | None = strawberry.field(
        default=None, description="By amount."
    )
    currency: TextFilter | None = strawberry.field(default=None, description="By currency.")
    probability: RangeFilter[int] | None = strawberry.field(
        default=None, description="By probability."
    )
    expected_close: DateFilter | None = strawberry.field(
        default=None, description="By when it should close."
    )
    closed_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it closed."
    )
    owner: MemberReference | None = strawberry.field(default=None, description="By owner.")
    department: DepartmentReference | None = strawberry.field(
        default=None, description="By department."
    )
    partner_account: PartnerAccountReference | None = strawberry.field(
        default=None, description="By partner."
    )
    stage_history: StageChangeRelation | None = strawberry.field(
        default=None, description="By the steps it took."
    )
    external_reference: ReferenceFilter | None = strawberry.field(
        default=None, description="By an id in another system."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when opened."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class OpportunityOrder(Ordered):
    field: OpportunityOrderField = strawberry.field(description="By what.")


@strawberry.input(description="An exact amount of money.")
class MoneyInput:
    amount: DecimalText = strawberry.field(description="At most four decimal places.")
    currency: str = strawberry.field(description="ISO 4217.")


@strawberry.input(description="A new opportunity.")
class CreateOpportunityInput:
    customer_id: strawberry.ID = strawberry.field(description="With whom.")
    pipeline_id: strawberry.ID = strawberry.field(description="In which pipeline.")
    stage_id: strawberry.ID | None = strawberry.field(
        default=None, description="A stage that can be reached from the first one, instead of that."
    )
    title: str = strawberry.field(description="In a few words.")
    value: MoneyInput | None = strawberry.field(default=None, description="What it may bring.")
    expected_close: Date | None = strawberry.field(
        default=None, description="When it should close."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None,
        description="Given again with the same input, it answers with the same opportunity.",
    )


@strawberry.input(description="A step of an opportunity.")
class AdvanceOpportunityInput:
    id: strawberry.ID = strawberry.field(description="Which opportunity.")
    stage_id: strawberry.ID = strawberry.field(description="The stage it reaches.")
    expected_version: int = strawberry.field(description="The version that was read.")
    lost_reason: str | None = strawberry.field(
        default=None, description="Why it was lost; for a stage that means so, and only then."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
