"""Customer inputs: as declared, and contact points, each alone or all together."""

from typing import Any

import strawberry

from api.graphql.records.inputs import GIVEN_BACK, asked, keyed, members, versioned
from api.graphql.records.making import Member, input_type
from api.graphql.records.published import INPUT_FIELDS, arranged
from domain.entities.customers import CUSTOMER, ContactPointKind


@strawberry.input(description="A way to reach somebody.")
class ContactPointInput:
    kind: ContactPointKind = strawberry.field(description="Which way.")
    value: str = strawberry.field(description="The address, number or page.")
    label: str | None = strawberry.field(default=None, description="What it is used for.")
    preferred: bool = strawberry.field(default=False, description="Whether to use it first.")
    verified: bool = strawberry.field(default=False, description="Whether it was checked.")
    id: strawberry.ID | None = strawberry.field(
        default=None,
        description="In a list of all: of one that is there already; without it, one with the same value"
        " is meant.",
    )


@strawberry.input(description="A change of one contact point; what is not named stays as it is.")
class ContactPointUpdate:
    id: strawberry.ID = strawberry.field(description="Which.")
    value: str | None = strawberry.field(
        default=strawberry.UNSET, description="The address, number or page."
    )
    label: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is used for."
    )
    preferred: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether to use it first."
    )
    verified: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it was checked."
    )


@strawberry.input(
    description="Changes of single contact points: the others stay, also those that the caller may not see."
)
class ContactPointChanges:
    add: list[ContactPointInput] | None = strawberry.field(
        default=None, description="New contact points."
    )
    update: list[ContactPointUpdate] | None = strawberry.field(
        default=None, description="Changed contact points."
    )
    remove: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Contact points that go."
    )


_POINTS = Member(
    list[ContactPointInput] | None,
    "All contact points, in place of the present ones; refused where the caller does not see all of them in"
    " the clear.",
    missing=strawberry.UNSET,
)


def _fields(*, is_new: bool) -> dict[str, Member]:
    found = members(asked(CUSTOMER, is_new=is_new), is_new=is_new)
    return arranged({**found, "contact_points": _POINTS}, INPUT_FIELDS[CUSTOMER.name])


CreateCustomerInput: Any = input_type(
    "CreateCustomerInput", "A new customer.", {**_fields(is_new=True), **keyed(CUSTOMER)}
)
UpdateCustomerInput: Any = input_type(
    "UpdateCustomerInput",
    "A change of a customer.",
    {
        **_fields(is_new=False),
        **versioned(CUSTOMER),
        "contact_point_changes": Member(
            ContactPointChanges | None, "In place of `contactPoints`: only what changes of them."
        ),
        **GIVEN_BACK,
    },
)
