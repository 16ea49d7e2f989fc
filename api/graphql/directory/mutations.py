"""Partner account mutations: added, activated, deactivated."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.directory.partner_accounts import (
    AddPartnerAccount,
    SwitchPartnerAccount,
    add_partner_account,
    switch_partner_account,
)
from domain.entities.customers import CUSTOMER
from domain.entities.directory import PARTNER_ACCOUNT, PartnerKind
from domain.validation.identifiers import optional_id, record_id
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A new account of a partner or a supplier.")
class AddPartnerAccountInput:
    kind: PartnerKind = strawberry.field(description="A partner or a supplier.")
    handle: str = strawberry.field(
        description="The name to sign in with: no member and no other account has it."
    )
    name: str = strawberry.field(description="For people.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="A supplier's own organisation, from which its SUPPLIES relationships lead; a partner"
        " has none.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="A key by which a repetition is recognized; it is given back."
    )


@strawberry.input
class SwitchedAccount:
    id: strawberry.ID = strawberry.field(description="Which account.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="An account that is to be let in no more.")
class DeactivatePartnerAccountInput(SwitchedAccount):
    pass


@strawberry.input(description="An account that is to be let in again.")
class ActivatePartnerAccountInput(SwitchedAccount):
    pass


@strawberry.type(description="What becomes of an account.")
class PartnerAccountPayload(Payload):
    partner_account: Any = record("partner_account", "The account as it is now.")


@strawberry.type
class DirectoryMutation:
    @strawberry.field(
        graphql_type=PartnerAccountPayload,
        description="Adds an account of a partner or a supplier. It comes in with keys of its own"
        " (`createApiKey`).",
    )
    async def add_partner_account(self, info: FarleyInfo, input: AddPartnerAccountInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            customer = optional_id(work.faults, CUSTOMER, input.customer_id, "customer_id")
            account = AddPartnerAccount(
                kind=str(input.kind.value),
                handle=input.handle,
                name=input.name,
                customer_id=customer,
                key=input.client_mutation_id,
            )
            return await add_partner_account(account, work)

        return await _answered(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=PartnerAccountPayload,
        description="Shuts an account: within a second its keys and tokens open nothing, in any process.",
    )
    async def deactivate_partner_account(
        self, info: FarleyInfo, input: DeactivatePartnerAccountInput
    ) -> Any:
        return await _switched(info, input, active=False)

    @strawberry.field(
        graphql_type=PartnerAccountPayload,
        description="Opens an account again, for those of its keys that have neither ended nor been"
        " revoked.",
    )
    async def activate_partner_account(
        self, info: FarleyInfo, input: ActivatePartnerAccountInput
    ) -> Any:
        return await _switched(info, input, active=True)


async def _switched(info: FarleyInfo, input: SwitchedAccount, *, active: bool) -> Finished:
    async def command(work: UnitOfWork) -> str:
        switch = SwitchPartnerAccount(record_id(PARTNER_ACCOUNT, input.id), active)
        return await switch_partner_account(switch, work)

    return await _answered(info, command, input.client_mutation_id)


async def _answered(info: FarleyInfo, command: finish.Command, mutation_id: str | None) -> Finished:
    return await finish.mutation(info, "partnerAccount", PARTNER_ACCOUNT.name, command, mutation_id)
