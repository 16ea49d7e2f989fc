"""Staff, departments and partner accounts."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.directory.enums import MemberRole, PartnerKind
from api.graphql.types.relay import ExternalReference, Node, Redaction
from api.graphql.types.scalars import DateTime

if TYPE_CHECKING:
    from api.graphql.customers.types import Customer

LazyCustomer = Annotated["Customer", strawberry.lazy("api.graphql.customers.types")]


@strawberry.type(description="A part of the company that owns records.")
class Department(Node):
    code: str | None = strawberry.field(description="Stable; for programs.")
    name: str | None = strawberry.field(description="For people.")
    parent: "Department | None" = strawberry.field(description="The department above.")
    created_at: DateTime | None = strawberry.field(description="When it was made.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A member of staff.")
class Member(Node):
    handle: str | None = strawberry.field(description="The name to sign in with.")
    name: str | None = strawberry.field(description="The whole name.")
    email: str | None = strawberry.field(description="The e-mail address.")
    job_title: str | None = strawberry.field(description="The position.")
    role: MemberRole | None = strawberry.field(description="The role.")
    department: Department | None = strawberry.field(description="The department.")
    manager: "Member | None" = strawberry.field(description="Whom they report to.")
    active: bool | None = strawberry.field(description="Whether they may sign in.")
    external_references: list[ExternalReference] = strawberry.field(
        description="Ids in other systems."
    )
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When they were taken in.")
    updated_at: DateTime | None = strawberry.field(description="When they changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A partner or a supplier.")
class PartnerAccount(Node):
    kind: PartnerKind | None = strawberry.field(description="A partner or a supplier.")
    handle: str | None = strawberry.field(description="The name to sign in with.")
    name: str | None = strawberry.field(description="For people.")
    customer: LazyCustomer | None = strawberry.field(description="Its own organisation record.")
    active: bool | None = strawberry.field(description="Whether it may sign in.")
    created_at: DateTime | None = strawberry.field(description="When it was made.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )
