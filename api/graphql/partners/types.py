import strawberry

from api.graphql.customers.enums import CustomerKind
from api.graphql.customers.types import ContactPoint, Customer
from api.graphql.directory.types import Member, PartnerAccount
from api.graphql.opportunities.types import Money, Opportunity, Pipeline
from api.graphql.partners.enums import DealRejectionReason, DealStatus
from api.graphql.types.relay import Node, Redaction
from api.graphql.types.scalars import Date, DateTime, DecimalText


@strawberry.type(description="A deal that a partner registered, before it is an opportunity.")
class DealRegistration(Node):
    customer: Customer | None = strawberry.field(
        description="The customer, once there is one that the caller may see."
    )
    partner_account: PartnerAccount | None = strawberry.field(description="Who registered it.")
    pipeline: Pipeline | None = strawberry.field(description="In which pipeline it begins.")
    opportunity: Opportunity | None = strawberry.field(description="What it became.")
    status: DealStatus | None = strawberry.field(description="Where it stands.")
    rejection_reason: DealRejectionReason | None = strawberry.field(
        description="Why it was rejected."
    )
    new_customer: bool | None = strawberry.field(
        description="Whether it speaks of somebody who is no customer of the partner's."
    )
    kind: CustomerKind | None = strawberry.field(description="A person or an organisation.")
    name: str | None = strawberry.field(description="The whole name, as it is shown.")
    given_name: str | None = strawberry.field(description="A person's given names.")
    family_name: str | None = strawberry.field(description="A person's family name.")
    organization_name: str | None = strawberry.field(description="An organisation's name.")
    contact_points: list[ContactPoint] = strawberry.field(
        description="E-mail addresses and telephone numbers that the caller may see."
    )
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    title: str | None = strawberry.field(description="In a few words.")
    value: Money | None = strawberry.field(description="What it may bring.")
    amount: DecimalText | None = strawberry.field(description="The value's amount.")
    currency: str | None = strawberry.field(description="The value's currency (ISO 4217).")
    expected_close: Date | None = strawberry.field(description="When it should close.")
    expires_at: DateTime | None = strawberry.field(
        description="When it is over unless it is decided."
    )
    decided_at: DateTime | None = strawberry.field(description="When it was decided.")
    decided_by: Member | None = strawberry.field(description="Who decided.")
    version: int | None = strawberry.field(description="Goes up with each change.")
    created_at: DateTime | None = strawberry.field(description="When it was registered.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")
    redactions: list[Redaction] = strawberry.field(
        description="What was withheld of the selection."
    )
