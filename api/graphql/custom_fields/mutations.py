"""Mutations of custom fields: declared, changed and retired."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.custom_fields.inputs import DefineCustomFieldInput
from api.graphql.custom_fields.types import CustomFieldDefinition, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import Payload
from domain.custom_fields.define import DefineCustomField, define_custom_field
from domain.declaration.custom_types import CustomType
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What `defineCustomField` answers.")
class DefineCustomFieldPayload(Payload):
    custom_field: CustomFieldDefinition | None = strawberry.field(
        description="The field as it is declared."
    )


@strawberry.type
class CustomFieldMutation:
    @strawberry.field(
        graphql_type=DefineCustomFieldPayload,
        description="Declares a custom field for customers. Declaring the same again changes nothing.",
    )
    async def define_custom_field(self, info: FarleyInfo, input: DefineCustomFieldInput) -> Any:
        async def command(work: UnitOfWork) -> Mapping[str, Any]:
            return {"customField": shown(await define_custom_field(_definition(input), work))}

        return await finish.plain_mutation(info, command, input.client_mutation_id)


def _definition(input: DefineCustomFieldInput) -> DefineCustomField:
    return DefineCustomField(
        name=input.name,
        type=CustomType(input.type.name),
        sealed=input.sealed,
        category=input.category,
        choices=tuple(input.choices or ()),
    )
