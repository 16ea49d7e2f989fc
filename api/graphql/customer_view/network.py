"""GraphQL types of a customer's network; below the root the gate finishes it."""

from typing import Annotated, Any

import strawberry

from api.graphql.records.shells import record
from domain.entities.relationships import RelationshipType


@strawberry.type(description="A step of a way from one customer to another.")
class NetworkStep:
    type: RelationshipType = strawberry.field(description="Over which relationship.")
    inverse: bool = strawberry.field(
        description="False from its first to its second customer, true from the second to the first."
    )


@strawberry.type(description="Somebody who is reached from a customer over relationships.")
class NetworkMember:
    customer: Any = record(
        "customer", "Who; null where the record went away while the page was read."
    )
    distance: int = strawberry.field(description="How many steps away.")
    path: list[NetworkStep] = strawberry.field(
        description="The steps of a shortest way, the first one first."
    )


Depth = Annotated[int, strawberry.argument(description="At most how many steps away: 1 to 4.")]
Types = Annotated[
    list[RelationshipType] | None,
    strawberry.argument(description="Over relationships of these types only."),
]
