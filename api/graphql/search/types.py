"""GraphQL types of search."""

from typing import Any

import strawberry

from api.graphql.records.enums import described_enum
from api.graphql.records.published import SEARCHED_RECORDS, arranged
from api.graphql.records.shells import SERVED, record_union, records
from api.graphql.types.relay import PageInfo
from domain.searching.sources import searched

_SEARCHED = arranged({one.name: one for one in searched(SERVED)}, SEARCHED_RECORDS)

SearchRecord: Any = record_union("SearchRecord", "A record that can be searched for.", _SEARCHED)


SearchedType: Any = described_enum(
    "SearchedType",
    {name.upper(): f"By {entity.found_by}." for name, entity in _SEARCHED.items()},
    "A kind of record that can be searched for.",
)


@strawberry.type(description="A piece of a fragment.")
class HighlightPart:
    text: str = strawberry.field(description="The piece.")
    is_match: bool = strawberry.field(description="Whether it is one of the words searched for.")


@strawberry.type(description="Where a record matches; only of fields that the caller may see.")
class Highlight:
    field: str = strawberry.field(description="The record's field.")
    fragment: str = strawberry.field(description="A stretch of the field's text; plain, not HTML.")
    parts: list[HighlightPart] = strawberry.field(description="The fragment, cut at its matches.")


@strawberry.type(description="A record that matches.")
class SearchHit:
    score: float = strawberry.field(
        description="How well it matches, above 0 to 1: a whole word counts more than its beginning,"
        " that more than another form of the word; a name more than a subject, that more than a text."
    )
    cursor: str = strawberry.field(description="Sealed; good for this search only.")
    highlights: list[Highlight] = strawberry.field(
        description="Where it matches, in at most three fields."
    )
    record: Any = strawberry.field(graphql_type=SearchRecord, description="The record.")


@strawberry.type(description="The records that match a search, the best first, then the latest.")
class SearchResults:
    hits: list[SearchHit] = strawberry.field(description="The records with how they match.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    candidates_capped: bool = strawberry.field(
        description="Whether more records of a type matched than the 500 likeliest ones, which were"
        " ranked: a narrower search then finds what is missing here."
    )
    nearly: Any = records(
        "customer",
        "Where nothing matches: up to five customers whose names are nearly alike, the nearest"
        " first. Of those that the caller may look up by name; else none.",
    )
