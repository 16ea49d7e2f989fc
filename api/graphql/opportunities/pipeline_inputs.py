import strawberry

from api.graphql.opportunities.enums import (
    OpportunityStatus,
    PipelineOrderField,
    StageChangeOrderField,
    StageOrderField,
)
from api.graphql.types.operators import DateTimeFilter, EnumFilter, RangeFilter, TextFilter
from api.graphql.types.relations import (
    MemberReference,
    OpportunityReference,
    PipelineReference,
    StageReference,
    StageRelation,
)
from api.graphql.types.relay import Ordered


@strawberry.input(description="Which pipelines; all members must hold.")
class PipelineFilter:
    and_: "list[PipelineFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[PipelineFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "PipelineFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    name: TextFilter | None = strawberry.field(default=None, description="By name.")
    stages: StageRelation | None = strawberry.field(default=None, description="By its stages.")
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was declared."
    )


@strawberry.input(description="A key of an order.")
class PipelineOrder(Ordered):
    field: PipelineOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which stages; all members must hold.")
class StageFilter:
    and_: "list[StageFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[StageFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "StageFilter | None" = strawberry.field(default=None, name="not", description="Not that.")
    pipeline: PipelineReference | None = strawberry.field(default=None, description="By pipeline.")
    name: TextFilter | None = strawberry.field(default=None, description="By name.")
    position: RangeFilter[int] | None = strawberry.field(
        default=None, description="By place, from 0."
    )
    outcome: EnumFilter[OpportunityStatus] | None = strawberry.field(
        default=None, description="By what reaching it means."
    )
    probability: RangeFilter[int] | None = strawberry.field(
        default=None, description="By probability."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was declared."
    )


@strawberry.input(description="A key of an order.")
class StageOrder(Ordered):
    field: StageOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which steps of opportunities; all members must hold.")
class StageChangeFilter:
    and_: "list[StageChangeFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[StageChangeFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "StageChangeFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    opportunity: OpportunityReference | None = strawberry.field(
        default=None, description="By opportunity."
    )
    from_stage: StageReference | None = strawberry.field(
        default=None, description="By where it led from; missing at the beginning."
    )
    to_stage: StageReference | None = strawberry.field(
        default=None, description="By where it led to."
    )
    author: MemberReference | None = strawberry.field(default=None, description="By who moved it.")
    changed_at: DateTimeFilter | None = strawberry.field(default=None, description="By time.")


@strawberry.input(description="A key of an order.")
class StageChangeOrder(Ordered):
    field: StageChangeOrderField = strawberry.field(description="By what.")
