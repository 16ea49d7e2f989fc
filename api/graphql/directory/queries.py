from typing import Annotated, Any

import strawberry

from api.graphql.directory.inputs import (
    DepartmentFilter,
    DepartmentOrder,
    MemberFilter,
    MemberOrder,
    PartnerAccountFilter,
    PartnerAccountOrder,
)
from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import ORDERED, WHICH, After, Before, Connection, First, Last, Node


@strawberry.type
class DirectoryQuery:
    @strawberry.field(graphql_type=Node | None, description="The record of an id.")
    async def node(self, info: FarleyInfo, id: strawberry.ID) -> Any:
        return await finish.read(info)

    @strawberry.field(
        graphql_type=list[Node | None], description="The records of up to 100 ids, in their order."
    )
    async def nodes(self, info: FarleyInfo, ids: list[strawberry.ID]) -> Any:
        return await finish.read(info)

    @strawberry.field(graphql_type=Connection[Member], description="Members of staff.")
    async def members(
        self,
        info: FarleyInfo,
        filter: Annotated[MemberFilter | None, WHICH] = None,
        order_by: Annotated[list[MemberOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)

    @strawberry.field(graphql_type=Connection[Department], description="Departments.")
    async def departments(
        self,
        info: FarleyInfo,
        filter: Annotated[DepartmentFilter | None, WHICH] = None,
        order_by: Annotated[list[DepartmentOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)

    @strawberry.field(
        graphql_type=Connection[PartnerAccount], description="Partners and suppliers."
    )
    async def partner_accounts(
        self,
        info: FarleyInfo,
        filter: Annotated[PartnerAccountFilter | None, WHICH] = None,
        order_by: Annotated[list[PartnerAccountOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
