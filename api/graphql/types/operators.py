"""How fields are compared in filters. Members of one input must all hold."""

from enum import Enum
from typing import Generic, TypeVar

import strawberry

from api.graphql.types.relay import ExternalReferenceInput
from api.graphql.types.scalars import Date, DateTime, DecimalText, Duration

Member = TypeVar("Member", bound=Enum)
Filter = TypeVar("Filter")


@strawberry.input(description="Compares an enumeration.")
class EnumFilter(Generic[Member]):
    eq: Member | None = strawberry.field(default=None, description="Is.")
    neq: Member | None = strawberry.field(default=None, description="Is not, or is missing.")
    in_: list[Member] | None = strawberry.field(default=None, name="in", description="Is one of.")
    not_in: list[Member] | None = strawberry.field(
        default=None, description="Is none of, or is missing."
    )
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(
    description="Compares text: `eq`, `neq`, `in` and `notIn` exactly, all others past case and accents."
)
class TextFilter:
    eq: str | None = strawberry.field(default=None, description="Is exactly.")
    neq: str | None = strawberry.field(default=None, description="Is not exactly, or is missing.")
    in_: list[str] | None = strawberry.field(
        default=None, name="in", description="Is exactly one of."
    )
    not_in: list[str] | None = strawberry.field(
        default=None, description="Is exactly none of, or is missing."
    )
    contains: str | None = strawberry.field(
        default=None, description="Has it somewhere; there are no wildcards."
    )
    starts_with: str | None = strawberry.field(
        default=None, description="Begins with it; there are no wildcards."
    )
    ends_with: str | None = strawberry.field(
        default=None, description="Ends with it; there are no wildcards."
    )
    lt: str | None = strawberry.field(default=None, description="Comes before.")
    lte: str | None = strawberry.field(default=None, description="Comes before, or is equal.")
    gt: str | None = strawberry.field(default=None, description="Comes after.")
    gte: str | None = strawberry.field(default=None, description="Comes after, or is equal.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(description="Compares a value that is true or false.")
class BooleanFilter:
    eq: bool | None = strawberry.field(default=None, description="Is.")
    neq: bool | None = strawberry.field(default=None, description="Is not, or is missing.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(description="Compares a reference to a record, or the record itself.")
class Reference(Generic[Filter]):
    eq: strawberry.ID | None = strawberry.field(default=None, description="Is.")
    neq: strawberry.ID | None = strawberry.field(default=None, description="Is not, or is missing.")
    in_: list[strawberry.ID] | None = strawberry.field(
        default=None, name="in", description="Is one of."
    )
    not_in: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Is none of, or is missing."
    )
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")
    is_: Filter | None = strawberry.field(
        default=None,
        name="is",
        description="Leads to a record that the caller may see and that matches.",
    )


@strawberry.input(
    description="Compares the records that belong to this one; those that the caller may not see do"
    " not count."
)
class Relation(Generic[Filter]):
    some: Filter | None = strawberry.field(default=None, description="At least one matches.")
    none: Filter | None = strawberry.field(default=None, description="None matches.")
    every: Filter | None = strawberry.field(
        default=None, description="All match; so it is too where there are none."
    )


@strawberry.input(description="Looks a sealed value up: the whole of it, in any spelling.")
class LookupFilter:
    eq: str | None = strawberry.field(default=None, description="Is.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="Is one of.")


@strawberry.input(
    description="Looks a sealed name up, in any case, with or without accents. An organisation has its"
    " own name, a person the given and the family name."
)
class NameFilter:
    eq: str | None = strawberry.field(default=None, description="The whole name is.")
    in_: list[str] | None = strawberry.field(
        default=None, name="in", description="The whole name is one of."
    )
    starts_with: str | None = strawberry.field(
        default=None, description="The name begins so: 1 to 64 characters."
    )
    contains: str | None = strawberry.field(
        default=None,
        description="The name has it somewhere, in the middle of words too: 3 to 64 characters, of which"
        " three letters or digits stand in a row. Where names are kept in the mode PLAIN only.",
    )
    has_words: str | None = strawberry.field(
        default=None, description="Each of these words, at most 8, begins a word of the name."
    )
    matches: str | None = strawberry.field(
        default=None,
        description="Each of these words, at most 8, begins a word of the name, is one but for a slip of"
        " the finger, or sounds like one. Without another order the nearest come first.",
    )


@strawberry.input(description="Looks a record up by its id in another system.")
class ReferenceFilter:
    eq: ExternalReferenceInput | None = strawberry.field(default=None, description="Is.")
    in_: list[ExternalReferenceInput] | None = strawberry.field(
        default=None, name="in", description="Is one of."
    )


@strawberry.input(description="Compares tags.")
class TagsFilter:
    has_any: list[str] | None = strawberry.field(
        default=None, description="Has at least one of them."
    )
    has_all: list[str] | None = strawberry.field(default=None, description="Has all of them.")
    has_none: list[str] | None = strawberry.field(default=None, description="Has none of them.")


@strawberry.input(description="A circle on the Earth, by great circles of its mean radius.")
class CircleInput:
    latitude: float = strawberry.field(description="Of its centre, -90 to 90 degrees (WGS 84).")
    longitude: float = strawberry.field(description="Of its centre, -180 to 180 degrees (WGS 84).")
    kilometres: float = strawberry.field(
        description="Its radius, at most 20037.5. As locations are kept in tenths of a degree, less than"
        " about 10 says next to nothing."
    )


@strawberry.input(description="Compares locations.")
class LocationFilter:
    within: CircleInput | None = strawberry.field(
        default=None, description="Is no further away than that."
    )
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


Value = TypeVar("Value", int, DateTime, Date, DecimalText)


@strawberry.input(description="Compares values that have an order.")
class RangeFilter(Generic[Value]):
    eq: Value | None = strawberry.field(default=None, description="Is.")
    neq: Value | None = strawberry.field(default=None, description="Is not, or is missing.")
    in_: list[Value] | None = strawberry.field(default=None, name="in", description="Is one of.")
    not_in: list[Value] | None = strawberry.field(
        default=None, description="Is none of, or is missing."
    )
    lt: Value | None = strawberry.field(default=None, description="Is less.")
    lte: Value | None = strawberry.field(default=None, description="Is less or equal.")
    gt: Value | None = strawberry.field(default=None, description="Is more.")
    gte: Value | None = strawberry.field(default=None, description="Is more or equal.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input
class _FromNow:
    within_last: Duration | None = strawberry.field(
        default=None, description="Lies between that long ago and now, both included."
    )
    older_than: Duration | None = strawberry.field(
        default=None, description="Lies further back than that long ago."
    )
    within_next: Duration | None = strawberry.field(
        default=None, description="Lies between now and that far ahead, both included."
    )
    later_than: Duration | None = strawberry.field(
        default=None, description="Lies further ahead than that."
    )


@strawberry.input(description="Compares points in time, with others or with the present moment.")
class DateTimeFilter(_FromNow, RangeFilter[DateTime]):
    pass


@strawberry.input(
    description="Compares days, with others or with today in UTC; durations are whole days here."
)
class DateFilter(_FromNow, RangeFilter[Date]):
    pass
