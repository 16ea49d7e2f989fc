from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.opportunities.inputs import OpportunityFilter, OpportunityOrder
from api.graphql.opportunities.pipeline_inputs import PipelineFilter, PipelineOrder
from api.graphql.opportunities.types import Opportunity, Pipeline
from api.graphql.planning import finish
from api.graphql.types.relay import (
    ORDERED,
    WHICH,
    After,
    Before,
    Connection,
    First,
    Last,
    ValuedConnection,
)


@strawberry.type
class OpportunityQuery:
    @strawberry.field(
        graphql_type=ValuedConnection[Opportunity], description="Opportunities, the latest first."
    )
    async def opportunities(
        self,
        info: FarleyInfo,
        filter: Annotated[OpportunityFilter | None, WHICH] = None,
        order_by: Annotated[list[OpportunityOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)

    @strawberry.field(
        graphql_type=Connection[Pipeline], description="The pipelines that are declared."
    )
    async def pipelines(
        self,
        info: FarleyInfo,
        filter: Annotated[PipelineFilter | None, WHICH] = None,
        order_by: Annotated[list[PipelineOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
