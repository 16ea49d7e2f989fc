"""Opportunity mutations: from what a caller gives to the commands."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.opportunities.inputs import AdvanceOpportunityInput, CreateOpportunityInput
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.entities.customers import CUSTOMER
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.pipelines import PIPELINE, STAGE
from domain.opportunities.advance_opportunity import AdvanceOpportunity, advance_opportunity
from domain.opportunities.create_opportunity import CreateOpportunity, create_opportunity
from domain.validation.identifiers import noted_id, optional_id
from domain.values.faults import Faults
from domain.values.money import Money
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What `createOpportunity` answers.")
class CreateOpportunityPayload(Payload):
    opportunity: Any = record("opportunity", "The new opportunity.")


@strawberry.type(description="What `advanceOpportunity` answers.")
class AdvanceOpportunityPayload(Payload):
    opportunity: Any = record("opportunity", "The opportunity as it is now.")


@strawberry.type
class OpportunityMutation:
    @strawberry.field(graphql_type=CreateOpportunityPayload, description="Opens an opportunity.")
    async def create_opportunity(self, info: FarleyInfo, input: CreateOpportunityInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await create_opportunity(_create(input, work.faults), work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "opportunity", "opportunity", command, mutation_id)

    @strawberry.field(
        graphql_type=AdvanceOpportunityPayload, description="Moves an opportunity to another stage."
    )
    async def advance_opportunity(self, info: FarleyInfo, input: AdvanceOpportunityInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await advance_opportunity(_advance(input, work.faults), work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "opportunity", "opportunity", command, mutation_id)


def _create(input: CreateOpportunityInput, faults: Faults) -> CreateOpportunity:
    return CreateOpportunity(
        customer_id=noted_id(faults, CUSTOMER, input.customer_id, "customer_id"),
        pipeline_id=noted_id(faults, PIPELINE, input.pipeline_id, "pipeline_id"),
        stage_id=optional_id(faults, STAGE, input.stage_id, "stage_id"),
        title=input.title,
        value=faults.of(Money, input.value.amount, input.value.currency) if input.value else None,
        expected_close=input.expected_close,
        key=input.client_mutation_id,
    )


def _advance(input: AdvanceOpportunityInput, faults: Faults) -> AdvanceOpportunity:
    return AdvanceOpportunity(
        opportunity_id=noted_id(faults, OPPORTUNITY, input.id),
        stage_id=noted_id(faults, STAGE, input.stage_id, "stage_id"),
        expected_version=input.expected_version,
        lost_reason=input.lost_reason,
    )
