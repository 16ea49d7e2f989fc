"""The timeline of a customer. Nothing is resolved here: the gate finishes it."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.graphql.types.scalars import DateTime

if TYPE_CHECKING:
    from api.graphql.customers.types import Consent, ConsentEvent
    from api.graphql.interactions.types import Interaction
    from api.graphql.opportunities.types import StageChange

_Interaction = Annotated["Interaction", strawberry.lazy("api.graphql.interactions.types")]
_StageChange = Annotated["StageChange", strawberry.lazy("api.graphql.opportunities.types")]
_Consent = Annotated["Consent", strawberry.lazy("api.graphql.customers.types")]
_ConsentEvent = Annotated["ConsentEvent", strawberry.lazy("api.graphql.customers.types")]

TimelineRecord: TypeAlias = Annotated[
    _Interaction | _StageChange | _Consent | _ConsentEvent,
    strawberry.union("TimelineRecord", description="What a timeline can tell of."),
]


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
    record: TimelineRecord | None = strawberry.field(
        description="The record behind it; null where it went away while the page was read."
    )


Kinds = Annotated[
    list[TimelineKind] | None, strawberry.argument(description="Of these kinds only.")
]
Since = Annotated[DateTime | None, strawberry.argument(description="What happened then or later.")]
Until = Annotated[DateTime | None, strawberry.argument(description="What happened before then.")]
