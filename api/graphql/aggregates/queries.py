"""Groups at the root of a query: a field for each entity whose records can be grouped."""

from collections.abc import Iterable
from typing import Annotated, Any

import strawberry

from api.graphql.aggregates.inputs import by_input, having_input, order_input
from api.graphql.aggregates.types import groups_type
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.filters import Inputs
from domain.declaration.entity import Entity

_DESCRIPTION = (
    "Groups of {} records with their aggregates; all of them as one group where `by` is empty. A record"
    " is in a group where the caller may see each key of it, and contributes to an aggregate where they"
    " may see the field."
)


def _groups(entity: Entity, filter_: Any) -> Any:
    """The root field that groups the records of an entity."""

    async def resolve(  # The arguments are read from the document itself.
        info: FarleyInfo,
        by: Any,  # noqa: ARG001 - as above
        first: Any,  # noqa: ARG001 - as above
        filter: Any = None,  # noqa: ARG001 - as above
        having: Any = None,  # noqa: ARG001 - as above
        order_by: Any = None,  # noqa: ARG001 - as above
    ) -> Any:
        return await finish.read(info)

    resolve.__annotations__ |= {
        "by": Annotated[
            list[by_input(entity)],  # type: ignore[misc]  # a type made just now
            strawberry.argument(description="The keys, at most 5; none makes one group."),
        ],
        "first": Annotated[
            int, strawberry.argument(description="How many groups, from the start: 0 to 100.")
        ],
        "filter": Annotated[filter_ | None, strawberry.argument(description="Of which records.")],
        "having": Annotated[
            having_input(entity) | None, strawberry.argument(description="Which groups.")
        ],
        "order_by": Annotated[
            list[order_input(entity)] | None,  # type: ignore[misc]  # as above
            strawberry.argument(description="The order of the groups; by their keys without one."),
        ],
    }
    return strawberry.field(
        resolver=resolve,
        graphql_type=groups_type(entity),
        description=_DESCRIPTION.format(entity.type_name),
    )


def grouping(entities: Iterable[Entity], filters: Inputs) -> type:
    """A query type with the groups of each entity that has some."""
    fields = {
        f"{one.name}_groups": _groups(one, filters[one.name]) for one in entities if one.has_groups
    }
    made: type = strawberry.type(type("AggregateQuery", (), fields))
    return made
