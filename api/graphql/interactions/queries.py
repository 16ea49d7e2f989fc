"""Caller lookup: interactions by a telephone number or an e-mail address."""

from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.filters import FILTERS, ORDERS
from api.graphql.records.lists import connection_type
from api.graphql.records.shells import RECORDS
from api.graphql.types.relay import After, Before, First, Last
from domain.entities.interactions import INTERACTION

Phone = Annotated[str | None, strawberry.argument(description="A telephone number.")]
Email = Annotated[str | None, strawberry.argument(description="Or an e-mail address.")]


async def _by_contact_point(  # noqa: PLR0913, PLR0917 - a GraphQL field has its arguments
    info: FarleyInfo,
    phone: Phone = None,  # noqa: ARG001 - as above
    email: Email = None,  # noqa: ARG001 - as above
    filter: Any = None,  # noqa: ARG001 - as above
    order_by: Any = None,  # noqa: ARG001 - as above
    first: First = None,  # noqa: ARG001 - as above
    after: After = None,  # noqa: ARG001 - as above
    last: Last = None,  # noqa: ARG001 - as above
    before: Before = None,  # noqa: ARG001 - as above
) -> Any:
    return await finish.read(info)


_ORDER: Any = ORDERS[INTERACTION.name]
_by_contact_point.__annotations__ |= {
    "filter": FILTERS[INTERACTION.name] | None,
    "order_by": list[_ORDER] | None,
}


@strawberry.type
class InteractionQuery:
    interactions_by_contact_point: Any = strawberry.field(
        resolver=_by_contact_point,
        graphql_type=connection_type(INTERACTION, RECORDS),
        description="Interactions with whoever has a telephone number or an e-mail address, the latest"
        " first: who is calling. Empty alike where nobody has it and where the caller may not see"
        " who has.",
    )
