from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.customers.inputs import CustomerFilter, CustomerOrder
from api.graphql.customers.types import Customer
from api.graphql.relay import After, Before, Connection, First, Last


@strawberry.type
class CustomerQuery:
    @strawberry.field(graphql_type=Connection[Customer], description="Customers, the latest first.")
    async def customers(
        self,
        info: FarleyInfo,
        filter: CustomerFilter | None = None,
        order_by: list[CustomerOrder] | None = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
