"""GraphQL types of a customer's timeline; below the root the gate finishes it."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from api.graphql.records.shells import record_union
from api.graphql.types.scalars import DateTime
from domain.reading.views.timeline import TIMELINE_ENTRY

TimelineRecord: Any = record_union(
    "TimelineRecord", "What a timeline can tell of.", TIMELINE_ENTRY.record_types
)


@strawberry.enum(description="What happened.")
class TimelineKind(Enum):
    INTERACTION = strawberry.enum_value("INTERACTION", description="A contact on some channel.")
    STAGE_CHANGE = strawberry.enum_value(
        "STAGE_CHANGE", description="An opportunity was opened, or moved to another stage."
    )
    CONSENT_GIVEN = strawberry.enum_value("CONSENT_GIVEN", description="A consent was given.")
    CONSENT_WITHDRAWN = strawberry.enum_value(
        "CONSENT_WITHDRAWN", description="A consent was taken back."
    )


@strawberry.type(description="Something that happened with a customer.")
class TimelineEntry:
    at: DateTime = strawberry.field(description="When.")
    kind: TimelineKind = strawberry.field(description="What happened.")
    record: Any = strawberry.field(
        graphql_type=TimelineRecord | None,
        description="The record behind it; null where it went away while the page was read.",
    )


Kinds = Annotated[
    list[TimelineKind] | None, strawberry.argument(description="Of these kinds only.")
]
Since = Annotated[DateTime | None, strawberry.argument(description="What happened then or later.")]
Until = Annotated[DateTime | None, strawberry.argument(description="What happened before then.")]
