from typing import Annotated, Any

import strawberry

from api.graphql.customers.inputs import CustomerFilter, CustomerOrder
from api.graphql.customers.types import Customer
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import ORDERED, WHICH, After, Before, Connection, First, Last


@strawberry.type
class CustomerQuery:
    @strawberry.field(graphql_type=Connection[Customer], description="Customers, the latest first.")
    async def customers(
        self,
        info: FarleyInfo,
        filter: Annotated[CustomerFilter | None, WHICH] = None,
        order_by: Annotated[list[CustomerOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
