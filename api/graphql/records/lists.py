"""Lists of records: their arguments and their pages."""

from collections.abc import Mapping
from typing import Annotated, Any

from api.graphql.types.relay import (
    ORDERED,
    WHICH,
    After,
    Before,
    Connection,
    First,
    Last,
    ValuedConnection,
)
from domain.declaration.entity import Entity


def list_arguments(filter_: Any, order: Any) -> dict[str, Any]:
    """The annotations of a resolver that answers with a page."""
    return {
        "filter": Annotated[filter_ | None, WHICH],
        "order_by": Annotated[list[order] | None, ORDERED],
        **PAGE_ARGUMENTS,
    }


PAGE_ARGUMENTS: Mapping[str, Any] = {
    "first": First,
    "after": After,
    "last": Last,
    "before": Before,
}


def connection_type(entity: Entity, records: Mapping[str, type]) -> Any:
    """The page of an entity's records."""
    record: Any = records[entity.name]
    return ValuedConnection[record] if entity.has_totals else Connection[record]
