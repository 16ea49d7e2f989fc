import strawberry

from api.graphql.directory.enums import (
    DepartmentOrderField,
    MemberOrderField,
    MemberRole,
    PartnerAccountOrderField,
    PartnerKind,
)
from api.graphql.types.operators import (
    BooleanFilter,
    DateTimeFilter,
    EnumFilter,
    ReferenceFilter,
    TextFilter,
)
from api.graphql.types.relations import CustomerReference, DepartmentReference, MemberReference
from api.graphql.types.relay import Ordered


@strawberry.input(description="Which departments; all members must hold.")
class DepartmentFilter:
    and_: "list[DepartmentFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[DepartmentFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "DepartmentFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    code: TextFilter | None = strawberry.field(default=None, description="By code.")
    name: TextFilter | None = strawberry.field(default=None, description="By name.")
    parent: DepartmentReference | None = strawberry.field(
        default=None, description="By the department above."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was made."
    )


@strawberry.input(description="A key of an order.")
class DepartmentOrder(Ordered):
    field: DepartmentOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which members of staff; all members must hold.")
class MemberFilter:
    and_: "list[MemberFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[MemberFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "MemberFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    handle: TextFilter | None = strawberry.field(
        default=None, description="By the name to sign in with."
    )
    role: EnumFilter[MemberRole] | None = strawberry.field(default=None, description="By role.")
    department: DepartmentReference | None = strawberry.field(
        default=None, description="By department."
    )
    manager: MemberReference | None = strawberry.field(
        default=None, description="By whom they report to."
    )
    active: BooleanFilter | None = strawberry.field(
        default=None, description="By whether they may sign in."
    )
    external_reference: ReferenceFilter | None = strawberry.field(
        default=None, description="By an id in another system."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when they were taken in."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class MemberOrder(Ordered):
    field: MemberOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which partners and suppliers; all members must hold.")
class PartnerAccountFilter:
    and_: "list[PartnerAccountFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[PartnerAccountFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "PartnerAccountFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    kind: EnumFilter[PartnerKind] | None = strawberry.field(default=None, description="By kind.")
    handle: TextFilter | None = strawberry.field(
        default=None, description="By the name to sign in with."
    )
    name: TextFilter | None = strawberry.field(default=None, description="By name.")
    customer: CustomerReference | None = strawberry.field(
        default=None, description="By its own organisation record."
    )
    active: BooleanFilter | None = strawberry.field(
        default=None, description="By whether it may sign in."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was made."
    )


@strawberry.input(description="A key of an order.")
class PartnerAccountOrder(Ordered):
    field: PartnerAccountOrderField = strawberry.field(description="By what.")
