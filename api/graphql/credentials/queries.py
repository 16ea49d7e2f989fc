"""Query of API keys."""

from typing import Any

import strawberry

from api.graphql.credentials.types import ApiKey, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish

KEYS_MAX = 500


@strawberry.type
class ApiKeyQuery:
    @strawberry.field(
        graphql_type=list[ApiKey],
        description="The API keys that the caller may administer, at most 500, those in force first;"
        " never what opens them. Needs `partner_account:administer` or `member:administer`.",
    )
    async def api_keys(self, info: FarleyInfo) -> Any:
        context = info.context
        found = await context.services.api_keys.administered(context.caller, KEYS_MAX)
        return finish.objects(info, [shown(key) for key in found])
