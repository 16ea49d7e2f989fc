"""The customer and what belongs to it. Below the root nothing is resolved: the gate finishes it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.consents.inputs import (
    ConsentEventFilter,
    ConsentEventOrder,
    ConsentFilter,
    ConsentOrder,
)
from api.graphql.customer_view.network import Depth, NetworkMember, Types
from api.graphql.customer_view.overview import CustomerOverview
from api.graphql.customer_view.timeline import Kinds, Since, TimelineEntry, Until
from api.graphql.customers.enums import (
    ConsentSource,
    ConsentStatus,
    ContactPointKind,
    CustomerKind,
    Lifecycle,
    RelationshipType,
)
from api.graphql.customers.inputs import RelationshipFilter, RelationshipOrder
from api.graphql.directory.types import Department, Member, PartnerAccount
from api.graphql.execution.finished import unwalked
from api.graphql.interactions.inputs import InteractionFilter, InteractionOrder
from api.graphql.opportunities.inputs import OpportunityFilter, OpportunityOrder
from api.graphql.types.relay import (
    ORDERED,
    WHICH,
    After,
    Before,
    Connection,
    ExternalReference,
    First,
    Last,
    Node,
    Redaction,
    ValuedConnection,
)
from api.graphql.types.scalars import Date, DateTime

if TYPE_CHECKING:
    from api.graphql.interactions.types import Interaction
    from api.graphql.opportunities.types import Opportunity

LazyInteraction = Annotated["Interaction", strawberry.lazy("api.graphql.interactions.types")]
LazyOpportunity = Annotated["Opportunity", strawberry.lazy("api.graphql.opportunities.types")]


@strawberry.type(description="A way to reach somebody.")
class ContactPoint:
    id: strawberry.ID = strawberry.field(
        description="Stays while the contact point does, whatever becomes of its value."
    )
    kind: ContactPointKind = strawberry.field(description="Which way.")
    value: str | None = strawberry.field(description="The address, number or page.")
    label: str | None = strawberry.field(description="What it is used for.")
    preferred: bool = strawberry.field(description="Whether it is the one to use first.")
    verified: bool = strawberry.field(description="Whether it was checked.")
    is_valid: bool | None = strawberry.field(
        description="False for a telephone number that cannot be dialled and that the tenant keeps all the"
        " same; null where that was not looked at, and where the number is masked."
    )


@strawberry.type(description="Where somebody is, to a tenth of a degree (WGS 84).")
class Location:
    latitude: float = strawberry.field(description="-90 to 90, northwards.")
    longitude: float = strawberry.field(description="-180 to 180, eastwards.")


@strawberry.type(description="A field that the tenant has declared, as text.")
class CustomField:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, of the declared type.")


@strawberry.type(description="What one customer is to another.")
class Relationship(Node):
    type: RelationshipType | None = strawberry.field(description="What the first is to the second.")
    from_: "Customer | None" = strawberry.field(name="from", description="The first.")
    to: "Customer | None" = strawberry.field(description="The second.")
    created_at: DateTime | None = strawberry.field(description="When it was recorded.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A person's consent to one purpose (GDPR Art. 7).")
class Consent(Node):
    customer: "Customer | None" = strawberry.field(description="Who consented.")
    purpose: str | None = strawberry.field(description="To what.")
    status: ConsentStatus | None = strawberry.field(description="Given or taken back.")
    method: str | None = strawberry.field(description="How it was given.")
    given_at: DateTime | None = strawberry.field(description="When it was given.")
    withdrawn_at: DateTime | None = strawberry.field(description="When it was taken back.")
    expires_at: DateTime | None = strawberry.field(description="When it ends by itself.")
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was recorded first.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )

    @strawberry.field(description="Every grant and every withdrawal, the latest first.")
    def history(
        self,
        filter: Annotated[ConsentEventFilter | None, WHICH] = None,
        order_by: Annotated[list[ConsentEventOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> "Connection[ConsentEvent]":
        unwalked()


@strawberry.type(description="A consent given, or taken back.")
class ConsentEvent(Node):
    consent: Consent | None = strawberry.field(description="The consent as it stands.")
    customer: "Customer | None" = strawberry.field(description="Who said it.")
    purpose: str | None = strawberry.field(description="To what.")
    status: ConsentStatus | None = strawberry.field(description="Given or taken back.")
    method: str | None = strawberry.field(description="How it was said.")
    at: DateTime | None = strawberry.field(description="When it was said.")
    dated: bool | None = strawberry.field(
        description="Whether that time was told; if not, it is when it was recorded."
    )
    expires_at: DateTime | None = strawberry.field(description="When a grant ends by itself.")
    author: Member | None = strawberry.field(description="Which member of staff recorded it.")
    source: ConsentSource | None = strawberry.field(description="How it came to be recorded.")
    created_at: DateTime | None = strawberry.field(description="When it was recorded.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )


@strawberry.type(description="A person or an organisation, past, present or potential.")
class Customer(Node):
    kind: CustomerKind | None = strawberry.field(description="A person or an organisation.")
    name: str | None = strawberry.field(description="The whole name, as it is shown.")
    given_name: str | None = strawberry.field(description="A person's given names.")
    family_name: str | None = strawberry.field(description="A person's family name.")
    organization_name: str | None = strawberry.field(description="An organisation's name.")
    email: str | None = strawberry.field(description="The e-mail address to use first.")
    phone: str | None = strawberry.field(description="The telephone number to use first.")
    address: str | None = strawberry.field(description="The postal address to use first.")
    contact_points: list[ContactPoint] = strawberry.field(
        description="All ways to reach them that the caller may see."
    )
    birth_date: Date | None = strawberry.field(description="A person's day of birth.")
    national_id: str | None = strawberry.field(description="A national identification number.")
    language: str | None = strawberry.field(description="BCP 47.")
    time_zone: str | None = strawberry.field(description="IANA time zone.")
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    location: Location | None = strawberry.field(
        description="Where they are, to a tenth of a degree: about 11 km from north to south."
    )
    lifecycle: Lifecycle | None = strawberry.field(description="How far the relationship has come.")
    department: Department | None = strawberry.field(description="The department that owns it.")
    owner: Member | None = strawberry.field(description="The member of staff who looks after it.")
    partner_account: PartnerAccount | None = strawberry.field(
        description="The partner it is assigned to."
    )
    external_references: list[ExternalReference] = strawberry.field(
        description="Ids in other systems."
    )
    tags: list[str] = strawberry.field(description="Tags.")
    custom_fields: list[CustomField] = strawberry.field(
        description="Fields the tenant has declared."
    )
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was taken in.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    erased_at: DateTime | None = strawberry.field(description="When its erasure was requested.")
    restricted_at: DateTime | None = strawberry.field(
        description="Since when processing is restricted, if it is (GDPR Art. 18)."
    )
    restricted_for: list[str] = strawberry.field(
        description="Why processing is restricted: each `RestrictionReason` that is in force."
    )
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )

    @strawberry.field(description="Contacts, the latest first.")
    def interactions(
        self,
        filter: Annotated[InteractionFilter | None, WHICH] = None,
        order_by: Annotated[list[InteractionOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[LazyInteraction]:
        unwalked()

    @strawberry.field(description="Opportunities, the latest first.")
    def opportunities(
        self,
        filter: Annotated[OpportunityFilter | None, WHICH] = None,
        order_by: Annotated[list[OpportunityOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ValuedConnection[LazyOpportunity]:
        unwalked()

    @strawberry.field(description="Consents by purpose.")
    def consents(
        self,
        filter: Annotated[ConsentFilter | None, WHICH] = None,
        order_by: Annotated[list[ConsentOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Consent]:
        unwalked()

    @strawberry.field(description="What this customer is to others.")
    def relationships(
        self,
        filter: Annotated[RelationshipFilter | None, WHICH] = None,
        order_by: Annotated[list[RelationshipOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Relationship]:
        unwalked()

    @strawberry.field(description="What others are to this customer.")
    def inverse_relationships(
        self,
        filter: Annotated[RelationshipFilter | None, WHICH] = None,
        order_by: Annotated[list[RelationshipOrder] | None, ORDERED] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Relationship]:
        unwalked()

    @strawberry.field(description="Everything that happened with them, the latest first.")
    def timeline(
        self,
        kinds: Kinds = None,
        since: Since = None,
        until: Until = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[TimelineEntry]:
        unwalked()

    @strawberry.field(description="The customer at a glance.")
    def overview(self) -> CustomerOverview:
        unwalked()

    @strawberry.field(
        description="Who is reached over relationships, in both directions and only by way of"
        " relationships and customers that the caller may see; the near before the far."
    )
    def network(
        self,
        depth: Depth,
        types: Types = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[NetworkMember]:
        unwalked()
