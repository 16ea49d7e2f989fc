"""Mutation of erasure (GDPR Art. 17)."""

from typing import Any

import strawberry

from api.graphql.erasure.types import Erasure, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.entities.customers import CUSTOMER
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.erase_subject import EraseSubject, request_erasure
from domain.erasure.read_erasure import Erasure as KnownPrincipal
from domain.erasure.read_erasure import read_erasure
from domain.partners.erase_prospect import EraseProspect, request_prospect_erasure
from domain.validation.identifiers import record_id
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A person who is to be erased: one of the two ids says who.")
class EraseSubjectInput:
    customer_id: strawberry.ID | None = strawberry.field(default=None, description="A customer.")
    deal_registration_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="A registered deal of somebody who is no customer: whom it speaks of.",
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read, of the record that the id names."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `eraseSubject` answers.")
class EraseSubjectPayload(Payload):
    customer: Any = record("customer", "What is left: a bare record.")
    deal_registration: Any = record(
        "deal_registration", "What is left where a registration was named: a bare one."
    )
    erasure: Erasure | None = strawberry.field(description="What was accepted, and how far it is.")


@strawberry.type
class ErasureMutation:
    @strawberry.field(
        graphql_type=EraseSubjectPayload,
        description="Erases a person for good (GDPR Art. 17). With the answer nobody reads of the person"
        " any more, nothing is written for them, and they are not taken in again. The worker then redacts"
        " what others' records say of them and destroys their key: `erasure` tells how far it is.",
    )
    async def erase_subject(self, info: FarleyInfo, input: EraseSubjectInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            record, erasure = await _requested(input, work)
            known.append(await read_erasure(work, erasure))
            return record

        async def accepted() -> dict[str, Any]:
            return {"erasure": await shown(info, known[0])}

        known: list[KnownPrincipal] = []
        field, resource = "customer", CUSTOMER.name
        if input.deal_registration_id is not None:
            field, resource = "dealRegistration", DEAL_REGISTRATION.name
        mutation_id = input.client_mutation_id
        return await finish.mutation(info, field, resource, command, mutation_id, then=accepted)


async def _requested(input: EraseSubjectInput, work: UnitOfWork) -> tuple[str, str]:
    """The record that says who is to be erased, and the erasure."""
    if (input.customer_id is None) is (input.deal_registration_id is None):
        message = "name either a customer or a registered deal"
        raise InvalidInputError(message, ("customerId",))
    if input.deal_registration_id is not None:
        record = record_id(DEAL_REGISTRATION, input.deal_registration_id, "deal_registration_id")
        prospect = EraseProspect(record, input.expected_version)
        return record, await request_prospect_erasure(prospect, work)
    record = record_id(CUSTOMER, input.customer_id or "", "customer_id")
    return record, await request_erasure(EraseSubject(record, input.expected_version), work)
