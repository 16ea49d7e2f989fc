"""Partner mutations: from what a caller gives to the commands."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.customers.mutations import point
from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.partners.inputs import (
    ApproveDealRegistrationInput,
    AssignPartnerInput,
    RegisterDealInput,
    RejectDealRegistrationInput,
    WithdrawDealRegistrationInput,
)
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.declaration.entity import Entity
from domain.entities.customers import CUSTOMER
from domain.entities.directory import PARTNER_ACCOUNT
from domain.entities.partners import DEAL_REGISTRATION
from domain.entities.pipelines import PIPELINE
from domain.partners.assign_partner import ASSIGNED, AssignPartner, assign_partner
from domain.partners.decide_deal import (
    ApproveDeal,
    RejectDeal,
    WithdrawDeal,
    approve_deal,
    reject_deal,
    withdraw_deal,
)
from domain.partners.register_deal import RegisterDeal, register_deal
from domain.validation.identifiers import noted_id, optional_id, record_id
from domain.values.faults import Faults
from domain.values.money import Money
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What becomes of a registered deal.")
class DealRegistrationPayload(Payload):
    deal_registration: Any = record("deal_registration", "The registration as it is now.")


@strawberry.type(description="What `assignPartner` answers: the record, under its type.")
class AssignPartnerPayload(Payload):
    customer: Any = record("customer", "The customer as it is now.")
    opportunity: Any = record("opportunity", "The opportunity as it is now.")
    interaction: Any = record("interaction", "The interaction as it is now.")


@strawberry.type
class PartnerMutation:
    @strawberry.field(
        graphql_type=AssignPartnerPayload,
        description="Assigns a customer, an opportunity or an interaction to a partner, or takes it back.",
    )
    async def assign_partner(self, info: FarleyInfo, input: AssignPartnerInput) -> Any:
        entity = _assigned(input.id)

        async def command(work: UnitOfWork) -> str:
            account = optional_id(
                work.faults, PARTNER_ACCOUNT, input.partner_account_id, "partner_account_id"
            )
            assignment = AssignPartner(
                resource=entity.name,
                record_id=noted_id(work.faults, entity, input.id),
                expected_version=input.expected_version,
                partner_account_id=account,
            )
            work.faults.settle()
            return await assign_partner(assignment, work)

        return await finish.mutation(
            info, entity.name, entity.name, command, input.client_mutation_id
        )

    @strawberry.field(
        graphql_type=DealRegistrationPayload,
        description="Registers a deal of the partner who asks. Whether somebody else has registered it,"
        " or knows the customer, it does not tell.",
    )
    async def register_deal(self, info: FarleyInfo, input: RegisterDealInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await register_deal(_register(input, work.faults), work)

        return await _decided(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=DealRegistrationPayload,
        description="Makes a registered deal an opportunity of its partner's, with a new customer or one"
        " there is already.",
    )
    async def approve_deal_registration(
        self, info: FarleyInfo, input: ApproveDealRegistrationInput
    ) -> Any:
        async def command(work: UnitOfWork) -> str:
            customer = optional_id(work.faults, CUSTOMER, input.customer_id, "customer_id")
            approval = ApproveDeal(
                registration_id=noted_id(work.faults, DEAL_REGISTRATION, input.id),
                expected_version=input.expected_version,
                customer_id=customer,
            )
            work.faults.settle()
            return await approve_deal(approval, work)

        return await _decided(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=DealRegistrationPayload,
        description="Rejects a registered deal, and forgets whom it spoke of if that is no customer.",
    )
    async def reject_deal_registration(
        self, info: FarleyInfo, input: RejectDealRegistrationInput
    ) -> Any:
        async def command(work: UnitOfWork) -> str:
            id_ = record_id(DEAL_REGISTRATION, input.id)
            rejection = RejectDeal(id_, input.expected_version, str(input.reason.value))
            return await reject_deal(rejection, work)

        return await _decided(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=DealRegistrationPayload,
        description="Takes a registered deal back, which forgets whom it spoke of if that is no"
        " customer.",
    )
    async def withdraw_deal_registration(
        self, info: FarleyInfo, input: WithdrawDealRegistrationInput
    ) -> Any:
        async def command(work: UnitOfWork) -> str:
            id_ = record_id(DEAL_REGISTRATION, input.id)
            return await withdraw_deal(WithdrawDeal(id_, input.expected_version), work)

        return await _decided(info, command, input.client_mutation_id)


async def _decided(info: FarleyInfo, command: finish.Command, mutation_id: str | None) -> Finished:
    return await finish.mutation(
        info, "dealRegistration", DEAL_REGISTRATION.name, command, mutation_id
    )


def _assigned(text: str) -> Entity:
    """The entity of an id; one that is not assigned is looked for in vain as a customer."""
    prefixes = {entity.prefix: entity for entity in ASSIGNED}
    return prefixes.get(text.partition("_")[0], CUSTOMER)


_WHO = ("given_name", "family_name", "organization_name", "country")


def _register(input: RegisterDealInput, faults: Faults) -> RegisterDeal:
    return RegisterDeal(
        pipeline_id=noted_id(faults, PIPELINE, input.pipeline_id, "pipeline_id"),
        title=input.title,
        customer_id=optional_id(faults, CUSTOMER, input.customer_id, "customer_id"),
        prospect=_prospect(input),
        value=faults.of(Money, input.value.amount, input.value.currency) if input.value else None,
        expected_close=input.expected_close,
        key=input.client_mutation_id,
    )


def _prospect(input: RegisterDealInput) -> Mapping[str, Any] | None:
    given = {name: value for name in _WHO if (value := getattr(input, name)) is not None}
    if input.kind is not None:
        given["kind"] = input.kind.value
    if input.contact_points:
        given["contact_points"] = [point(one) for one in input.contact_points]
    return given or None
