"""Record types of the schema, made from their declarations. Below the root nothing is resolved: the gate
finishes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import strawberry

from api.graphql.execution.finished import unwalked
from api.graphql.records.filters import Inputs
from api.graphql.records.lists import connection_type, list_arguments
from api.graphql.records.making import Member, Members, object_type
from api.graphql.records.published import TYPE_FIELDS, arranged
from api.graphql.records.values import shown_types
from api.graphql.types.relay import Redaction
from domain.declaration.entity import Entity
from domain.declaration.parts import ToMany

_REDACTIONS = Member(list[Redaction], "What was withheld of the selection.")

Records = Mapping[str, type]
"""GraphQL types by the name of the entity."""


def complete(
    records: Records, entities: Iterable[Entity], filters: Inputs, orders: Inputs, views: Members
) -> None:
    """Give the types their fields; ``views`` are those that are worked out from other records."""
    known = {entity.name: entity for entity in entities}
    for entity in known.values():
        members = {
            **arranged(dict(_fields(entity, records)), TYPE_FIELDS.get(entity.name)),
            "redactions": _REDACTIONS,
        }
        for edge in entity.edges:
            if isinstance(edge, ToMany):
                page = connection_type(known[edge.target], records)
                arguments = list_arguments(filters[edge.target], orders[edge.target])
                members[edge.name] = Member(page, field=_related(page, arguments, edge.says))
        members |= {view: views[view] for view in entity.views}
        object_type(entity.type_name, entity.says, members, records[entity.name])


def _fields(entity: Entity, records: Records) -> Iterator[tuple[str, Member]]:
    for name, shown in shown_types(entity, records).items():
        yield name, Member(shown, entity.by_name[name].says)


def _related(page: Any, arguments: Mapping[str, Any], says: str) -> Any:
    """A field that leads to many records."""

    def resolve(
        self: Any,  # noqa: ARG001 - as above
        filter: Any = None,  # noqa: ARG001 - as above
        order_by: Any = None,  # noqa: ARG001 - as above
        first: Any = None,  # noqa: ARG001 - as above
        after: Any = None,  # noqa: ARG001 - as above
        last: Any = None,  # noqa: ARG001 - as above
        before: Any = None,  # noqa: ARG001 - as above
    ) -> Any:
        unwalked()

    resolve.__annotations__ = dict(arguments)
    return strawberry.field(resolver=resolve, graphql_type=page, description=says)
