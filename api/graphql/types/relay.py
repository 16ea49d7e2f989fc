"""Connections, edges and pages, as Relay's cursor connections specification has them."""

from enum import Enum
from typing import Annotated, Generic, TypeVar

import strawberry

from api.graphql.types.scalars import DecimalText

Record = TypeVar("Record")

First = Annotated[
    int | None, strawberry.argument(description="How many records, from the start: 0 to 100.")
]
After = Annotated[str | None, strawberry.argument(description="Begin behind this cursor.")]
Last = Annotated[
    int | None, strawberry.argument(description="How many records, from the end: 0 to 100.")
]
Before = Annotated[str | None, strawberry.argument(description="End in front of this cursor.")]

WHICH = strawberry.argument(description="Which records; without it, all that the caller may see.")
ORDERED = strawberry.argument(
    description="The keys of the order, the first one first; without it, the order is the type's own."
)


@strawberry.interface(description="A record with an id that is unique over all types.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque; `node(id:)` finds the record again.")


@strawberry.type(description="Where a page stands in its connection.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether records follow.")
    has_previous_page: bool = strawberry.field(description="Whether records come before.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first record; of an empty page, the `before` that was given."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last record; of an empty page, the `after` that was given."
    )


@strawberry.type(description="A record in its place.")
class Edge(Generic[Record]):
    cursor: str = strawberry.field(description="Sealed; good for this order and filter only.")
    node: Record = strawberry.field(description="The record.")


@strawberry.type(description="A page of records.")
class Connection(Generic[Record]):
    edges: list[Edge[Record]] = strawberry.field(description="The records with their cursors.")
    nodes: list[Record] = strawberry.field(description="The records.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(
        description="How many records the caller may see in all pages; counted only when asked for."
    )


@strawberry.type(description="An exact sum of money in one currency.")
class MoneyTotal:
    currency: str = strawberry.field(description="ISO 4217.")
    amount: DecimalText = strawberry.field(description="The sum.")
    count: int = strawberry.field(description="How many amounts it is made of.")


@strawberry.type(description="A page of records that have a value.")
class ValuedConnection(Connection[Record], Generic[Record]):
    totals: list[MoneyTotal] = strawberry.field(
        description="Sums over all pages, one per currency; currencies are never mixed."
    )


@strawberry.enum(description="The direction of an order.")
class Direction(Enum):
    ASC = strawberry.enum_value("ASC", description="The least first; text past case and accents.")
    DESC = strawberry.enum_value("DESC", description="The greatest first.")


@strawberry.enum(
    description="Where records without a value come, or whose value the caller may not see."
)
class Nulls(Enum):
    FIRST = strawberry.enum_value("FIRST", description="Before all others, in both directions.")
    LAST = strawberry.enum_value("LAST", description="After all others, in both directions.")


@strawberry.input
class Ordered:
    direction: Direction = strawberry.field(
        default=Direction.ASC, description="In which direction."
    )
    nulls: Nulls = strawberry.field(
        default=Nulls.LAST, description="Where records without a value come."
    )


@strawberry.enum(description="Why a field was withheld.")
class RedactionReason(Enum):
    DENIED = strawberry.enum_value("DENIED", description="No rule shows it to the caller.")
    MASKED = strawberry.enum_value("MASKED", description="Shown in part only.")
    PURPOSE = strawberry.enum_value("PURPOSE", description="Not needed for the purpose.")
    NO_CONSENT = strawberry.enum_value("NO_CONSENT", description="The person has not consented.")
    RESTRICTED = strawberry.enum_value(
        "RESTRICTED", description="Processing is restricted (GDPR Art. 18)."
    )
    ERASED = strawberry.enum_value("ERASED", description="The person was erased.")
    DAMAGED = strawberry.enum_value(
        "DAMAGED", description="What is kept does not open any more; the log names the record."
    )


@strawberry.type(description="A selected field that was withheld, and why.")
class Redaction:
    field: str = strawberry.field(description="The field's name.")
    reason: RedactionReason = strawberry.field(description="Why.")


@strawberry.type(description="The id that a record has in another system.")
class ExternalReference:
    system: str = strawberry.field(description="The other system.")
    id: str = strawberry.field(description="The id there.")


@strawberry.input(description="The id that a record has in another system.")
class ExternalReferenceInput:
    system: str = strawberry.field(description="The other system.")
    id: str = strawberry.field(description="The id there.")


@strawberry.type(description="Something about the input that keeps the mutation from happening.")
class UserError:
    code: str = strawberry.field(description="Stable; for programs.")
    message: str = strawberry.field(description="For people; never repeats a value.")
    path: list[str] = strawberry.field(description="Where in the arguments it is.")


@strawberry.interface(description="What every mutation answers.")
class Payload:
    client_mutation_id: str | None = strawberry.field(description="As it was given.")
    user_errors: list[UserError] = strawberry.field(description="Empty where all went well.")
