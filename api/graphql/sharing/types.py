import strawberry

from api.graphql.directory.types import Member
from api.graphql.sharing.enums import ShareReason
from api.graphql.types.relay import Node, Redaction
from api.graphql.types.scalars import DateTime


@strawberry.type(
    description="A single record, shared with somebody for a time; rules say what that opens."
)
class RecordShare(Node):
    record: str | None = strawberry.field(description="The record's id.")
    grantee: str | None = strawberry.field(
        description="With whom: the id of a member, a partner account or a department, or `role:` and a"
        " role."
    )
    reason: ShareReason | None = strawberry.field(description="Why.")
    author: Member | None = strawberry.field(description="Who shared it last.")
    ends_at: DateTime | None = strawberry.field(description="When it ends by itself.")
    ended_at: DateTime | None = strawberry.field(
        description="When it was taken back, if it was; then it counts no more."
    )
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was first shared.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )
