import strawberry

from api.graphql.customers.enums import CustomerKind
from api.graphql.customers.inputs import ContactPointInput
from api.graphql.opportunities.inputs import MoneyInput
from api.graphql.partners.enums import (
    DealRegistrationOrderField,
    DealRejectionReason,
    DealStatus,
)
from api.graphql.types.operators import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    EnumFilter,
    LookupFilter,
    RangeFilter,
    TextFilter,
)
from api.graphql.types.relations import (
    CustomerReference,
    MemberReference,
    OpportunityReference,
    PartnerAccountReference,
    PipelineReference,
)
from api.graphql.types.relay import Ordered
from api.graphql.types.scalars import Date, DecimalText


@strawberry.input(description="Which registered deals; all members must hold.")
class DealRegistrationFilter:
    and_: "list[DealRegistrationFilter] | None" = strawberry.field(
        default=None, name="and", description="All."
    )
    or_: "list[DealRegistrationFilter] | None" = strawberry.field(
        default=None, name="or", description="At least one."
    )
    not_: "DealRegistrationFilter | None" = strawberry.field(
        default=None, name="not", description="Not that."
    )
    customer: CustomerReference | None = strawberry.field(default=None, description="By customer.")
    partner_account: PartnerAccountReference | None = strawberry.field(
        default=None, description="By partner."
    )
    pipeline: PipelineReference | None = strawberry.field(default=None, description="By pipeline.")
    opportunity: OpportunityReference | None = strawberry.field(
        default=None, description="By the opportunity that it became."
    )
    status: EnumFilter[DealStatus] | None = strawberry.field(default=None, description="By status.")
    rejection_reason: EnumFilter[DealRejectionReason] | None = strawberry.field(
        default=None, description="By why it was rejected."
    )
    new_customer: BooleanFilter | None = strawberry.field(
        default=None, description="By whether it spoke of somebody new."
    )
    kind: EnumFilter[CustomerKind] | None = strawberry.field(default=None, description="By kind.")
    country: TextFilter | None = strawberry.field(default=None, description="By country.")
    email: LookupFilter | None = strawberry.field(
        default=None, description="By any e-mail address."
    )
    phone: LookupFilter | None = strawberry.field(
        default=None, description="By any telephone number."
    )
    amount: RangeFilter[DecimalText] | None = strawberry.field(
        default=None, description="By amount."
    )
    currency: TextFilter | None = strawberry.field(default=None, description="By currency.")
    expected_close: DateFilter | None = strawberry.field(
        default=None, description="By when it should close."
    )
    expires_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it expires."
    )
    decided_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was decided."
    )
    decided_by: MemberReference | None = strawberry.field(
        default=None, description="By who decided."
    )
    created_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was registered."
    )
    updated_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By the last change."
    )


@strawberry.input(description="A key of an order.")
class DealRegistrationOrder(Ordered):
    field: DealRegistrationOrderField = strawberry.field(description="By what.")


@strawberry.input(
    description="A deal that a partner registers, with a customer who is assigned to it or, with the"
    " members that say who it is, with somebody else."
)
class RegisterDealInput:
    pipeline_id: strawberry.ID = strawberry.field(description="In which pipeline it begins.")
    title: str = strawberry.field(description="In a few words.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=None, description="Which customer; else say who it is."
    )
    kind: CustomerKind | None = strawberry.field(
        default=None,
        description="A person or an organisation, who is no customer of the partner's.",
    )
    given_name: str | None = strawberry.field(default=None, description="Given names.")
    family_name: str | None = strawberry.field(default=None, description="Family name.")
    organization_name: str | None = strawberry.field(
        default=None, description="Name of an organisation."
    )
    contact_points: list[ContactPointInput] | None = strawberry.field(
        default=None, description="E-mail addresses and telephone numbers."
    )
    country: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2.")
    value: MoneyInput | None = strawberry.field(default=None, description="What it may bring.")
    expected_close: Date | None = strawberry.field(
        default=None, description="When it should close."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None,
        description="Given again with the same input, it answers with the same registration.",
    )


@strawberry.input(description="A registered deal that becomes an opportunity.")
class ApproveDealRegistrationInput:
    id: strawberry.ID = strawberry.field(description="Which registration.")
    expected_version: int = strawberry.field(description="The version that was read.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The customer there is already, where the registration speaks of somebody new;"
        " without it a customer is made.",
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A registered deal that is not accepted.")
class RejectDealRegistrationInput:
    id: strawberry.ID = strawberry.field(description="Which registration.")
    expected_version: int = strawberry.field(description="The version that was read.")
    reason: DealRejectionReason = strawberry.field(description="What the partner is told.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A registered deal that its partner takes back.")
class WithdrawDealRegistrationInput:
    id: strawberry.ID = strawberry.field(description="Which registration.")
    expected_version: int = strawberry.field(description="The version that was read.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A record that a partner gets, or no longer has.")
class AssignPartnerInput:
    id: strawberry.ID = strawberry.field(description="A customer, an opportunity or a contact.")
    expected_version: int = strawberry.field(description="The version that was read.")
    partner_account_id: strawberry.ID | None = strawberry.field(
        description="Whose it becomes; null takes it back."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
