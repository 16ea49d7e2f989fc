from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.interactions.inputs import InteractionFilter, InteractionOrder
from api.graphql.interactions.types import Interaction
from api.graphql.planning import finish
from api.graphql.types.relay import ORDERED, WHICH, After, Before, Connection, First, Last

Phone = Annotated[str | None, strawberry.argument(description="A telephone number.")]
Email = Annotated[str | None, strawberry.argument(description="Or an e-mail address.")]


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
        return await finish.read(info)

    @strawberry.field(
        graphql_type=Connection[Interaction],
        description="Contacts with whoever has a telephone number or an e-mail address, the latest"
        " first: who is calling. Empty alike where nobody has it and where the caller may not see"
        " who has.",
    )
    async def interactions_by_contact_point(  # noqa: PLR0913, PLR0917 - a GraphQL field has its arguments
        self,
        info: FarleyInfo,
        phone: Phone = None,
        email: Email = None,
        filter: InteractionFilter | None = None,
        order_by: list[InteractionOrder] | None = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await finish.read(info)
