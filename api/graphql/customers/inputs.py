import strawberry

from api.graphql.types.relay import ExternalReferenceInput
from api.graphql.types.scalars import Date
from domain.entities.customers import ContactPointKind, CustomerKind, Lifecycle


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


@strawberry.input(description="A place, in degrees (WGS 84).")
class LocationInput:
    latitude: float = strawberry.field(description="-90 to 90, northwards.")
    longitude: float = strawberry.field(description="-180 to 180, eastwards.")


@strawberry.input(description="The value of a declared custom field, as text.")
class CustomFieldInput:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.input(description="What may be said of a customer; what is not named stays as it is.")
class CustomerFields:
    lifecycle: Lifecycle | None = strawberry.field(
        default=strawberry.UNSET, description="Lifecycle."
    )
    given_name: str | None = strawberry.field(default=strawberry.UNSET, description="Given names.")
    family_name: str | None = strawberry.field(default=strawberry.UNSET, description="Family name.")
    organization_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of an organisation."
    )
    contact_points: list[ContactPointInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="All contact points, in place of the present ones; refused where the caller does not"
        " see all of them in the clear.",
    )
    birth_date: Date | None = strawberry.field(
        default=strawberry.UNSET, description="Day of birth."
    )
    national_id: str | None = strawberry.field(default=strawberry.UNSET, description="National id.")
    language: str | None = strawberry.field(default=strawberry.UNSET, description="BCP 47.")
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET, description="IANA time zone."
    )
    country: str | None = strawberry.field(
        default=strawberry.UNSET, description="ISO 3166-1 alpha-2."
    )
    location: LocationInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where they are; kept to a tenth of a degree, about 11 km from north to south.",
    )
    department_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The department that owns it; of a new customer, the caller's if not given.",
    )
    owner_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Who looks after it; of a new customer, the caller if not given.",
    )
    external_references: list[ExternalReferenceInput] | None = strawberry.field(
        default=strawberry.UNSET, description="All ids in other systems."
    )
    tags: list[str] | None = strawberry.field(default=strawberry.UNSET, description="All tags.")
    custom_fields: list[CustomFieldInput] | None = strawberry.field(
        default=strawberry.UNSET, description="All custom fields."
    )


@strawberry.input(description="A new customer.")
class CreateCustomerInput(CustomerFields):
    kind: CustomerKind = strawberry.field(description="A person or an organisation.")
    client_mutation_id: str | None = strawberry.field(
        default=None,
        description="Given again with the same input, it answers with the same customer.",
    )


@strawberry.input(description="A change of a customer.")
class UpdateCustomerInput(CustomerFields):
    id: strawberry.ID = strawberry.field(description="Which customer.")
    expected_version: int = strawberry.field(description="The version that was read.")
    contact_point_changes: ContactPointChanges | None = strawberry.field(
        default=None, description="In place of `contactPoints`: only what changes of them."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
