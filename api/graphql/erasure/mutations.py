from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.customers.types import Customer
from api.graphql.relay import Payload
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.persistence.unit_of_work import UnitOfWork
from domain.reading.identifiers import record_id


@strawberry.input(description="A person who is to be erased.")
class EraseSubjectInput:
    customer_id: strawberry.ID = strawberry.field(description="Who.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `eraseSubject` answers.")
class EraseSubjectPayload(Payload):
    customer: Customer | None = strawberry.field(description="What is left: a bare record.")


@strawberry.type
class ErasureMutation:
    @strawberry.field(
        graphql_type=EraseSubjectPayload,
        description="Erases a person for good (GDPR Art. 17): destroys their key, removes every index and"
        " derivative, and keeps them from being taken in again.",
    )
    async def erase_subject(self, info: FarleyInfo, input: EraseSubjectInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            customer = record_id("customer", input.customer_id, "customer_id")
            erasure.append(
                await request_erasure(EraseSubject(customer, input.expected_version), work)
            )
            return customer

        async def steps() -> None:
            context = info.context
            for id_ in erasure:
                await run_erasure(context.services.stores, context.caller, context.region, id_)

        erasure: list[str] = []
        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "customer", "customer", command, mutation_id, then=steps)
