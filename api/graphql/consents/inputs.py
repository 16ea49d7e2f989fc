import strawberry

from api.graphql.customers.enums import (
    ConsentEventOrderField,
    ConsentOrderField,
    ConsentSource,
    ConsentStatus,
)
from api.graphql.types.operators import BooleanFilter, DateTimeFilter, EnumFilter, TextFilter
from api.graphql.types.relations import (
    ConsentEventRelation,
    ConsentReference,
    CustomerReference,
    MemberReference,
)
from api.graphql.types.relay import Ordered


@strawberry.input(description="Which consents; all members must hold.")
class ConsentFilter:
    and_: "list[ConsentFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[ConsentFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "ConsentFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    customer: CustomerReference | None = strawberry.field(
        default=None, description="By who consented."
    )
    purpose: TextFilter | None = strawberry.field(default=None, description="By purpose.")
    status: EnumFilter[ConsentStatus] | None = strawberry.field(
        default=None, description="By status."
    )
    method: TextFilter | None = strawberry.field(default=None, description="By how it was given.")
    given_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was given."
    )
    withdrawn_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was taken back."
    )
    expires_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it ends by itself."
    )
    history: ConsentEventRelation | None = strawberry.field(
        default=None, description="By its grants and withdrawals."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was recorded first."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class ConsentOrder(Ordered):
    field: ConsentOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which grants and withdrawals; all members must hold.")
class ConsentEventFilter:
    and_: "list[ConsentEventFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[ConsentEventFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "ConsentEventFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    consent: ConsentReference | None = strawberry.field(default=None, description="By the consent.")
    customer: CustomerReference | None = strawberry.field(
        default=None, description="By who said it."
    )
    purpose: TextFilter | None = strawberry.field(default=None, description="By purpose.")
    status: EnumFilter[ConsentStatus] | None = strawberry.field(
        default=None, description="By what was said."
    )
    method: TextFilter | None = strawberry.field(default=None, description="By how it was said.")
    at: DateTimeFilter | None = strawberry.field(default=None, description="By when it was said.")
    dated: BooleanFilter | None = strawberry.field(
        default=None, description="By whether that time was told."
    )
    expires_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it ends by itself."
    )
    author: MemberReference | None = strawberry.field(
        default=None, description="By who recorded it."
    )
    source: EnumFilter[ConsentSource] | None = strawberry.field(
        default=None, description="By how it came to be recorded."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was recorded."
    )


@strawberry.input(description="A key of an order.")
class ConsentEventOrder(Ordered):
    field: ConsentEventOrderField = strawberry.field(description="By what.")
