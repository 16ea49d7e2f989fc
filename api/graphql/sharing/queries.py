from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.sharing.inputs import RecordShareFilter, RecordShareOrder
from api.graphql.sharing.types import RecordShare
from api.graphql.types.relay import ORDERED, WHICH, After, Before, Connection, First, Last


@strawberry.type
class SharingQuery:
    @strawberry.field(
        graphql_type=Connection[RecordShare],
        description="Shares of single records, those too that have ended.",
    )
    async def record_shares(
        self,
        info: FarleyInfo,
        filter: Annotated[RecordShareFilter | None, WHICH] = None,
        order_by: Annotated[list[RecordShareOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
