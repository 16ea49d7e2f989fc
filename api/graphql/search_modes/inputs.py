"""GraphQL input of a search mode."""

from typing import Any

import strawberry

from api.graphql.search_modes.types import SearchedText, SearchMode


@strawberry.input(description="How a sealed text is to be found from now on.")
class SetSearchModeInput:
    text: Any = strawberry.field(graphql_type=SearchedText, description="The text.")
    mode: SearchMode = strawberry.field(description="How it is found.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
