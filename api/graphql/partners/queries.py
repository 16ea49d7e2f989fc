from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.partners.inputs import DealRegistrationFilter, DealRegistrationOrder
from api.graphql.partners.types import DealRegistration
from api.graphql.planning import finish
from api.graphql.types.relay import ORDERED, WHICH, After, Before, Connection, First, Last


@strawberry.type
class PartnerQuery:
    @strawberry.field(
        graphql_type=Connection[DealRegistration], description="Registered deals, the latest first."
    )
    async def deal_registrations(
        self,
        info: FarleyInfo,
        filter: Annotated[DealRegistrationFilter | None, WHICH] = None,
        order_by: Annotated[list[DealRegistrationOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
