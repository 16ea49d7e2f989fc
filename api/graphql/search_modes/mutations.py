"""Mutation that chooses how a text is found."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.search_modes.inputs import SetSearchModeInput
from api.graphql.search_modes.types import TextSearchMode, field_of, shown
from api.graphql.types.relay import Payload
from domain.searching.modes import SearchMode
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What `setSearchMode` answers.")
class SetSearchModePayload(Payload):
    search_mode: TextSearchMode | None = strawberry.field(description="How the text is found.")


@strawberry.type
class SearchModeMutation:
    @strawberry.field(
        graphql_type=SetSearchModePayload,
        description="Chooses how a sealed text is found; its records are then made anew in the"
        " background. For administrators.",
    )
    async def set_search_mode(self, info: FarleyInfo, input: SetSearchModeInput) -> Any:
        field = field_of(info.context.caller.registry, input.text)
        wanted = SetSearchMode(field, SearchMode(input.mode.name))

        async def command(work: UnitOfWork) -> Mapping[str, Any]:
            return {"searchMode": shown(await set_search_mode(wanted, work))}

        return await finish.plain_mutation(info, command, input.client_mutation_id)
