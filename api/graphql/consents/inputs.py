import strawberry

from api.graphql.customers.enums import ConsentOrderField, ConsentStatus
from api.graphql.operators import DateTimeFilter, EnumFilter, TextFilter
from api.graphql.relations import CustomerReference
from api.graphql.relay import Ordered


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
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was recorded first."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class ConsentOrder(Ordered):
    field: ConsentOrderField = strawberry.field(description="By what.")
