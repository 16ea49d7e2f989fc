"""How fields are compared in filters. Members of one input must all hold."""

from enum import Enum
from typing import Generic, TypeVar

import strawberry

from api.graphql.relay import ExternalReferenceInput
from api.graphql.scalars import Date, DateTime, DecimalText

Member = TypeVar("Member", bound=Enum)


@strawberry.input(description="Compares an enumeration.")
class EnumFilter(Generic[Member]):
    eq: Member | None = strawberry.field(default=None, description="Is.")
    neq: Member | None = strawberry.field(default=None, description="Is not.")
    in_: list[Member] | None = strawberry.field(default=None, name="in", description="Is one of.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(description="Compares text, exactly.")
class TextFilter:
    eq: str | None = strawberry.field(default=None, description="Is.")
    neq: str | None = strawberry.field(default=None, description="Is not.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="Is one of.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(description="Compares a reference to a record.")
class IDFilter:
    eq: strawberry.ID | None = strawberry.field(default=None, description="Is.")
    neq: strawberry.ID | None = strawberry.field(default=None, description="Is not.")
    in_: list[strawberry.ID] | None = strawberry.field(
        default=None, name="in", description="Is one of."
    )
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


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
    has_words: str | None = strawberry.field(
        default=None, description="Each of these words, at most 8, begins a word of the name."
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


Value = TypeVar("Value", int, DateTime, Date, DecimalText)


@strawberry.input(description="Compares values that have an order.")
class RangeFilter(Generic[Value]):
    eq: Value | None = strawberry.field(default=None, description="Is.")
    neq: Value | None = strawberry.field(default=None, description="Is not.")
    in_: list[Value] | None = strawberry.field(default=None, name="in", description="Is one of.")
    lt: Value | None = strawberry.field(default=None, description="Is less.")
    lte: Value | None = strawberry.field(default=None, description="Is less or equal.")
    gt: Value | None = strawberry.field(default=None, description="Is more.")
    gte: Value | None = strawberry.field(default=None, description="Is more or equal.")
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")
