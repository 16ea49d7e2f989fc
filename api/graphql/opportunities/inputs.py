"""Opportunity inputs: a new one, and its next stage."""

import strawberry

from api.graphql.types.scalars import Date, DecimalText


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
