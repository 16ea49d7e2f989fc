from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.opportunities.inputs import OpportunityFilter, OpportunityOrder
from api.graphql.opportunities.types import Opportunity, Pipeline
from api.graphql.relay import After, Before, Connection, First, Last, ValuedConnection


@strawberry.type
class OpportunityQuery:
    @strawberry.field(
        graphql_type=ValuedConnection[Opportunity], description="Opportunities, the latest first."
    )
    async def opportunities(
        self,
        info: FarleyInfo,
        filter: OpportunityFilter | None = None,
        order_by: list[OpportunityOrder] | None = None,
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
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
