"""Node queries: records of any kind by their ids (Relay, object identification)."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import Node


@strawberry.type
class NodeQuery:
    @strawberry.field(graphql_type=Node | None, description="The record of an id.")
    async def node(self, info: FarleyInfo, id: strawberry.ID) -> Any:
        return await finish.read(info)

    @strawberry.field(
        graphql_type=list[Node | None], description="The records of up to 100 ids, in their order."
    )
    async def nodes(self, info: FarleyInfo, ids: list[strawberry.ID]) -> Any:
        return await finish.read(info)
