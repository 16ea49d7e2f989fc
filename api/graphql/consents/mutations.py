"""Consent mutations: granted and withdrawn, as a person states it (GDPR Art. 7)."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from api.graphql.types.scalars import DateTime
from domain.consents.change_consent import (
    GrantConsent,
    WithdrawConsent,
    grant_consent,
    withdraw_consent,
)
from domain.entities.customers import CUSTOMER
from domain.validation.identifiers import noted_id
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A consent that a person gave.")
class GrantConsentInput:
    customer_id: strawberry.ID = strawberry.field(description="Who consented.")
    purpose: str = strawberry.field(description="To what.")
    method: str = strawberry.field(description="How: the form, the call.")
    expires_at: DateTime | None = strawberry.field(
        default=None, description="When it ends by itself."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read, where there is one."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A consent that a person takes back.")
class WithdrawConsentInput:
    customer_id: strawberry.ID = strawberry.field(description="Who takes it back.")
    purpose: str = strawberry.field(description="For what.")
    method: str | None = strawberry.field(default=None, description="How: the form, the call.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `grantConsent` and `withdrawConsent` answer.")
class ConsentPayload(Payload):
    consent: Any = record("consent", "The consent as it is now.")


@strawberry.type
class ConsentMutation:
    @strawberry.field(graphql_type=ConsentPayload, description="Records a consent (GDPR Art. 7).")
    async def grant_consent(self, info: FarleyInfo, input: GrantConsentInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            grant = GrantConsent(
                customer_id=noted_id(work.faults, CUSTOMER, input.customer_id, "customer_id"),
                purpose=input.purpose,
                method=input.method,
                expires_at=input.expires_at,
                expected_version=input.expected_version,
            )
            return await grant_consent(grant, work)

        return await finish.mutation(info, "consent", "consent", command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=ConsentPayload,
        description="Takes a consent back, or objects before there is one (GDPR Art. 7(3), 21).",
    )
    async def withdraw_consent(self, info: FarleyInfo, input: WithdrawConsentInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            withdrawal = WithdrawConsent(
                customer_id=noted_id(work.faults, CUSTOMER, input.customer_id, "customer_id"),
                purpose=input.purpose,
                method=input.method,
                expected_version=input.expected_version,
            )
            return await withdraw_consent(withdrawal, work)

        return await finish.mutation(info, "consent", "consent", command, input.client_mutation_id)
