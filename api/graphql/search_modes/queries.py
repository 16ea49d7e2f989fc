"""Query of search modes."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.search_modes.types import TextSearchMode, shown
from domain.reading.binding.mode_lookup import known_to


@strawberry.type
class SearchModeQuery:
    @strawberry.field(
        graphql_type=list[TextSearchMode],
        description="How each sealed text is found that the caller may look for, or for which the caller"
        " may choose it.",
    )
    async def search_modes(self, info: FarleyInfo) -> Any:
        context = info.context
        choices = await context.reading.search_modes()
        return finish.objects(info, [shown(one) for one in known_to(context.caller, choices)])
