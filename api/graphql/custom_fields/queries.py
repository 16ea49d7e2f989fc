"""Query of the custom fields that a tenant has declared."""

from typing import Any

import strawberry

from api.graphql.custom_fields.types import CustomFieldDefinition, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from domain.custom_fields.define import known_to


@strawberry.type
class CustomFieldQuery:
    @strawberry.field(
        graphql_type=list[CustomFieldDefinition],
        description="The custom fields of customers that the caller may see for this purpose, or may"
        " declare; by name.",
    )
    async def custom_field_definitions(self, info: FarleyInfo) -> Any:
        context = info.context
        declared = await context.reading.custom_fields("customer")
        known = known_to(context.caller, declared)
        return finish.objects(info, [shown(one) for one in known.values()])
