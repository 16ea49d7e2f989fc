"""Record types of the schema before they have their fields, so that they can lead to each other.

Types are made once in a process, when they are imported: here alone they take the built-in entities.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Annotated, Any

import strawberry

from api.graphql.types.relay import Node
from domain.declaration.registry import Registry
from domain.entities.registry import BUILT_IN

SERVED: Registry = BUILT_IN
"""The entities of the schema that is served."""

RECORDS: Mapping[str, type] = MappingProxyType(
    {entity.name: type(entity.type_name, (Node,), {}) for entity in SERVED.all}
)
"""By the name of the entity; ``records.types`` gives them their fields."""


def record(name: str, says: str) -> Any:
    """A field that holds a record, or nothing."""
    return strawberry.field(graphql_type=RECORDS[name] | None, description=says)


def records(name: str, says: str) -> Any:
    """A field that holds a list of records."""
    type_: Any = RECORDS[name]
    return strawberry.field(graphql_type=list[type_], description=says)


def record_union(name: str, says: str, entities: Iterable[str]) -> Any:
    """A union of record types."""
    types: Any = reduce(or_, (RECORDS[entity] for entity in entities))
    return Annotated[types, strawberry.union(name, description=says)]
