"""GraphQL input of a search mode."""

import strawberry

from api.graphql.search_modes.types import SearchedText, SearchMode


@strawberry.input(description="How a sealed text is to be found from now on.")
class SetSearchModeInput:
    text: SearchedText = strawberry.field(description="The text.")
    mode: SearchMode = strawberry.field(description="How it is found.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
