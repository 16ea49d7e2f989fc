"""Lists of records at the root of a query."""

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.filters import Inputs
from api.graphql.records.lists import connection_type, list_arguments
from domain.declaration.entity import Entity


def listing(
    entities: Iterable[Entity], records: Mapping[str, type], filters: Inputs, orders: Inputs
) -> Any:
    """A query type with a list for each entity that has one."""
    lists = {
        entity.plural: _list(
            connection_type(entity, records),
            list_arguments(filters[entity.name], orders[entity.name]),
            entity.lists,
        )
        for entity in entities
        if entity.lists
    }
    return strawberry.type(type("RecordQuery", (), lists))


def _list(page: Any, arguments: Mapping[str, Any], says: str) -> Any:
    async def resolve(
        info: FarleyInfo,
        filter: Any = None,  # noqa: ARG001 - as above
        order_by: Any = None,  # noqa: ARG001 - as above
        first: Any = None,  # noqa: ARG001 - as above
        after: Any = None,  # noqa: ARG001 - as above
        last: Any = None,  # noqa: ARG001 - as above
        before: Any = None,  # noqa: ARG001 - as above
    ) -> Any:
        return await finish.read(info)

    resolve.__annotations__ |= arguments
    return strawberry.field(resolver=resolve, graphql_type=page, description=says)
