"""Partner inputs: registered deals, what becomes of them, and who is assigned."""

import strawberry

from api.graphql.customers.inputs import ContactPointInput
from api.graphql.opportunities.inputs import MoneyInput
from api.graphql.types.scalars import Date
from domain.entities.customers import CustomerKind
from domain.entities.partners import DealRejectionReason


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
    id: strawberry.ID = strawberry.field(
        description="A customer, an opportunity or an interaction."
    )
    expected_version: int = strawberry.field(description="The version that was read.")
    partner_account_id: strawberry.ID | None = strawberry.field(
        description="Whose it becomes; null takes it back."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
