"""Query of an erasure: how far it is."""

from typing import Annotated, Any

import strawberry

from api.graphql.erasure.types import Erasure, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from domain.erasure.read_erasure import parsed_erasure_id, read_erasure
from domain.values.errors import NotFoundError
from domain.writing.unit_of_work import unit_of_work


@strawberry.type
class ErasureQuery:
    @strawberry.field(
        graphql_type=Erasure | None,
        description="How far an erasure is, for whoever may erase the person; null where there is none.",
    )
    async def erasure(
        self,
        info: FarleyInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="What `eraseSubject` gave.")],
    ) -> Any:
        context = info.context
        try:
            async with unit_of_work(
                context.services.stores, context.caller, context.region
            ) as work:
                known = await read_erasure(work, parsed_erasure_id(id))
        except NotFoundError:
            return None
        return await finish.object_(info, await shown(info, known), {})
