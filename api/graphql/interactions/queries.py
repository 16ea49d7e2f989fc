from typing import Annotated, Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.interactions.inputs import InteractionFilter, InteractionOrder
from api.graphql.interactions.types import Interaction
from api.graphql.relay import ORDERED, WHICH, After, Before, Connection, First, Last


@strawberry.type
class InteractionQuery:
    @strawberry.field(
        graphql_type=Connection[Interaction], description="Contacts, the latest first."
    )
    async def interactions(
        self,
        info: FarleyInfo,
        filter: Annotated[InteractionFilter | None, WHICH] = None,
        order_by: Annotated[list[InteractionOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.connection(info, "interaction")
