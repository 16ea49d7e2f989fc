from typing import Annotated, Any

import strawberry

from api.graphql.aggregates.inputs import by_input, having_input, order_input
from api.graphql.aggregates.types import groups_type
from api.graphql.customers.inputs import CustomerFilter
from api.graphql.customers.types import Customer
from api.graphql.execution.context import FarleyInfo
from api.graphql.interactions.inputs import InteractionFilter
from api.graphql.interactions.types import Interaction
from api.graphql.opportunities.inputs import OpportunityFilter
from api.graphql.opportunities.types import Opportunity
from api.graphql.planning import finish
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.schema import Resource

_DESCRIPTION = (
    "Groups of {} records with their aggregates; all of them as one group where `by` is empty. A record"
    " is in a group where the caller may see each key of it, and contributes to an aggregate where they"
    " may see the field."
)


def _groups(resource: Resource, type_: type, filter_: Any) -> Any:
    """The root field that groups the records of a resource."""

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
            list[by_input(resource, type_)],  # type: ignore[misc]  # a type made just now
            strawberry.argument(description="The keys, at most 5; none makes one group."),
        ],
        "first": Annotated[
            int, strawberry.argument(description="How many groups, from the start: 0 to 100.")
        ],
        "filter": Annotated[filter_ | None, strawberry.argument(description="Of which records.")],
        "having": Annotated[
            having_input(resource, type_) | None, strawberry.argument(description="Which groups.")
        ],
        "order_by": Annotated[
            list[order_input(resource, type_)] | None,  # type: ignore[misc]  # as above
            strawberry.argument(description="The order of the groups; by their keys without one."),
        ],
    }
    return strawberry.field(
        resolver=resolve,
        graphql_type=groups_type(resource, type_),
        description=_DESCRIPTION.format(resource.type_name),
    )


@strawberry.type
class AggregateQuery:
    customer_groups = _groups(CUSTOMER, Customer, CustomerFilter)
    interaction_groups = _groups(INTERACTION, Interaction, InteractionFilter)
    opportunity_groups = _groups(OPPORTUNITY, Opportunity, OpportunityFilter)
