from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.interactions.inputs import InteractionFilter, InteractionOrder
from api.graphql.interactions.types import Interaction
from api.graphql.relay import After, Before, Connection, First, Last


@strawberry.type
class InteractionQuery:
    @strawberry.field(
        graphql_type=Connection[Interaction], description="Contacts, the latest first."
    )
    async def interactions(
        self,
        info: FarleyInfo,
        filter: InteractionFilter | None = None,
        order_by: list[InteractionOrder] | None = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
