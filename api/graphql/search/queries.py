"""Query of search."""

from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.search.shape import SearchShape
from api.graphql.search.types import SearchedType, SearchResults
from api.graphql.types.relay import After
from domain.values.errors import InvalidInputError


@strawberry.type
class SearchQuery:
    @strawberry.field(
        graphql_type=SearchResults,
        description="Searches what the caller may see: every word must be found, whole, by its"
        " beginning, or in texts in any of its forms; in any case, with or without accents. An e-mail"
        " address is one word, and found whole unless `searchModes` says `FUZZY` of it. A telephone number"
        " is found in any spelling, and a record by a word of its id elsewhere.",
    )
    async def search(
        self,
        info: FarleyInfo,
        query: Annotated[str, strawberry.argument(description="1 to 8 words.")],
        first: Annotated[int, strawberry.argument(description="How many records: 0 to 100.")],
        types: Annotated[
            list[SearchedType] | None,
            strawberry.argument(description="Of which types; of all if not given."),
        ] = None,
        after: After = None,
    ) -> Any:
        size_max = info.context.page_size_max
        if not 0 <= first <= size_max:
            message = f"a page has 0 to {size_max} records"
            raise InvalidInputError(message, ("first",), code="PAGE_SIZE")
        resources = list(dict.fromkeys(type_.name.lower() for type_ in types or SearchedType))
        shape = SearchShape(info, resources)
        found = await info.context.reading.search(query, resources, first, after)
        return Finished(await shape.tree(found, query, after=after))
