import strawberry

from api.graphql.custom_fields.inputs import CustomFieldFilter
from api.graphql.customers.enums import (
    ContactPointKind,
    CustomerKind,
    CustomerOrderField,
    Lifecycle,
    RelationshipOrderField,
    RelationshipType,
)
from api.graphql.types.operators import (
    DateTimeFilter,
    EnumFilter,
    LocationFilter,
    LookupFilter,
    NameFilter,
    ReferenceFilter,
    TagsFilter,
    TextFilter,
)
from api.graphql.types.relations import (
    ConsentRelation,
    CustomerReference,
    DepartmentReference,
    InteractionRelation,
    MemberReference,
    OpportunityRelation,
    PartnerAccountReference,
    RelationshipRelation,
)
from api.graphql.types.relay import ExternalReferenceInput, Ordered
from api.graphql.types.scalars import Date


@strawberry.input(description="Which customers; all members must hold.")
class CustomerFilter:
    and_: "list[CustomerFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[CustomerFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "CustomerFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    kind: EnumFilter[CustomerKind] | None = strawberry.field(default=None, description="By kind.")
    lifecycle: EnumFilter[Lifecycle] | None = strawberry.field(
        default=None, description="By lifecycle."
    )
    language: TextFilter | None = strawberry.field(default=None, description="By language.")
    time_zone: TextFilter | None = strawberry.field(default=None, description="By time zone.")
    country: TextFilter | None = strawberry.field(default=None, description="By country.")
    location: LocationFilter | None = strawberry.field(default=None, description="By location.")
    department: DepartmentReference | None = strawberry.field(
        default=None, description="By department."
    )
    owner: MemberReference | None = strawberry.field(default=None, description="By owner.")
    partner_account: PartnerAccountReference | None = strawberry.field(
        default=None, description="By partner."
    )
    tags: TagsFilter | None = strawberry.field(default=None, description="By tags.")
    name: NameFilter | None = strawberry.field(default=None, description="By name.")
    email: LookupFilter | None = strawberry.field(
        default=None, description="By any e-mail address."
    )
    phone: LookupFilter | None = strawberry.field(
        default=None, description="By any telephone number."
    )
    external_reference: ReferenceFilter | None = strawberry.field(
        default=None, description="By an id in another system."
    )
    custom_fields: list[CustomFieldFilter] | None = strawberry.field(
        default=None, description="By custom fields; all must hold."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when taken in."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )
    erased_at: DateTimeFilter | None = strawberry.field(default=None, description="By erasure.")
    restricted_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By since when processing is restricted."
    )
    restricted_for: TagsFilter | None = strawberry.field(
        default=None, description="By why processing is restricted, as in `RestrictionReason`."
    )
    interactions: InteractionRelation | None = strawberry.field(
        default=None, description="By contacts."
    )
    opportunities: OpportunityRelation | None = strawberry.field(
        default=None, description="By opportunities."
    )
    consents: ConsentRelation | None = strawberry.field(default=None, description="By consents.")
    relationships: RelationshipRelation | None = strawberry.field(
        default=None, description="By what it is to others."
    )
    inverse_relationships: RelationshipRelation | None = strawberry.field(
        default=None, description="By what others are to it."
    )


@strawberry.input(description="A key of an order.")
class CustomerOrder(Ordered):
    field: CustomerOrderField = strawberry.field(description="By what.")


@strawberry.input(description="Which relationships; all members must hold.")
class RelationshipFilter:
    and_: "list[RelationshipFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[RelationshipFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "RelationshipFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    type: EnumFilter[RelationshipType] | None = strawberry.field(
        default=None, description="By type."
    )
    from_: CustomerReference | None = strawberry.field(
        default=None, name="from", description="By the first."
    )
    to: CustomerReference | None = strawberry.field(default=None, description="By the second.")
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was recorded."
    )


@strawberry.input(description="A key of an order.")
class RelationshipOrder(Ordered):
    field: RelationshipOrderField = strawberry.field(description="By what.")


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
