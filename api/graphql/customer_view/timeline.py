"""GraphQL types of a customer's timeline; below the root the gate finishes it."""

from typing import Annotated, Any

import strawberry

from api.graphql.records.enums import described_enum
from api.graphql.records.shells import SERVED, record_union
from api.graphql.types.scalars import DateTime
from domain.reading.views.timeline import timeline_entry, timeline_sources

TimelineRecord: Any = record_union(
    "TimelineRecord", "What a timeline can tell of.", timeline_entry(SERVED).record_types
)


TimelineKind: Any = described_enum(
    "TimelineKind",
    {source.event.kind: source.event.says for source in timeline_sources(SERVED).values()},
    "What happened.",
)


@strawberry.type(description="Something that happened with a customer.")
class TimelineEntry:
    at: DateTime = strawberry.field(description="When.")
    kind: Any = strawberry.field(graphql_type=TimelineKind, description="What happened.")
    record: Any = strawberry.field(
        graphql_type=TimelineRecord | None,
        description="The record behind it; null where it went away while the page was read.",
    )


Kinds = Annotated[
    list[TimelineKind] | None, strawberry.argument(description="Of these kinds only.")
]
Since = Annotated[DateTime | None, strawberry.argument(description="What happened then or later.")]
Until = Annotated[DateTime | None, strawberry.argument(description="What happened before then.")]
