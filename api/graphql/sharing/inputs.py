import strawberry

from api.graphql.sharing.enums import RecordShareOrderField, ShareReason
from api.graphql.types.operators import DateTimeFilter, EnumFilter, TextFilter
from api.graphql.types.relations import MemberReference
from api.graphql.types.relay import Ordered


@strawberry.input(description="Which shares; all members must hold.")
class RecordShareFilter:
    and_: "list[RecordShareFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[RecordShareFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "RecordShareFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    record: TextFilter | None = strawberry.field(default=None, description="By the record's id.")
    grantee: TextFilter | None = strawberry.field(default=None, description="By with whom.")
    reason: EnumFilter[ShareReason] | None = strawberry.field(
        default=None, description="By reason."
    )
    author: MemberReference | None = strawberry.field(
        default=None, description="By who shared it last."
    )
    ends_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it ends by itself."
    )
    ended_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was taken back."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was first shared."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class RecordShareOrder(Ordered):
    field: RecordShareOrderField = strawberry.field(description="By what.")
