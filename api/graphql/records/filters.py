"""Filters and orders of records, made from their declarations; they lead to each other."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.graphql.custom_fields.inputs import CustomFieldFilter
from api.graphql.records.enums import choice_enum, order_enum
from api.graphql.records.making import Member, input_type
from api.graphql.records.published import FILTER_MEMBERS, arranged
from api.graphql.records.sentences import called, filtered_by
from api.graphql.records.shells import SERVED
from api.graphql.types.operators import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    EnumFilter,
    LocationFilter,
    LookupFilter,
    NameFilter,
    RangeFilter,
    Reference,
    ReferenceFilter,
    Relation,
    TagsFilter,
    TextFilter,
)
from api.graphql.types.relay import Ordered
from api.graphql.types.scalars import DecimalText
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind, Lookup
from domain.declaration.parts import ToMany

Inputs = Mapping[str, Any]
"""GraphQL inputs by the name of the entity."""

_COMPARED: Mapping[Kind, Any] = {
    Kind.TEXT: TextFilter,
    Kind.BOOLEAN: BooleanFilter,
    Kind.INTEGER: RangeFilter[int],
    Kind.DECIMAL: RangeFilter[DecimalText],
    Kind.DATE: DateFilter,
    Kind.TIMESTAMP: DateTimeFilter,
    Kind.TAGS: TagsFilter,
    Kind.PLACE: LocationFilter,
}


def filters(entities: Iterable[Entity]) -> Inputs:
    """The filter of each entity."""
    known = list(entities)
    made = {entity.name: type(f"{entity.type_name}Filter", (), {}) for entity in known}
    for entity in known:
        members = arranged(dict(_members(entity, made)), FILTER_MEMBERS.get(entity.name))
        filter_ = made[entity.name]
        input_type(
            f"{entity.type_name}Filter",
            f"Which {called(entity)}; all members must hold.",
            _joined(filter_) | members,
            filter_,
        )
    return made


def orders(entities: Iterable[Entity]) -> Inputs:
    """The input of a key of an order, of each entity."""
    return {
        entity.name: input_type(
            f"{entity.type_name}Order",
            "A key of an order.",
            {"field": Member(order_enum(entity), "By what.")},
            type(f"{entity.type_name}Order", (Ordered,), {}),
        )
        for entity in entities
    }


def _joined(filter_: Any) -> dict[str, Member]:
    return {
        "and": Member(list[filter_] | None, "All."),
        "or": Member(list[filter_] | None, "At least one."),
        "not": Member(filter_ | None, "Not that."),
    }


def _members(entity: Entity, made: Inputs) -> Iterator[tuple[str, Member]]:
    for field in entity.fields:
        if field.lookup is not Lookup.NONE:
            name = field.looked_up_as
            yield name, Member(_compared(field, made) | None, filtered_by(name, field))
    for edge in entity.edges:
        if isinstance(edge, ToMany):
            target: Any = made[edge.target]
            yield edge.name, Member(Relation[target] | None, filtered_by(edge.name, edge))


def _compared(field: Field, made: Inputs) -> Any:
    """What a field is compared with."""
    if field.values is not None:
        return EnumFilter[choice_enum(field.values)]  # type: ignore[misc]  # a type that is declared
    if field.target:
        target: Any = made[field.target]
        return Reference[target]
    if field.lookup is Lookup.WORDS:
        return NameFilter
    if field.lookup is Lookup.DECLARED:
        return list[CustomFieldFilter]
    if field.lookup is Lookup.BLIND:
        is_reference = field.form is Form.EXTERNAL_REFERENCES
        return ReferenceFilter if is_reference else LookupFilter
    return _COMPARED[field.kind]


FILTERS: Inputs = filters(SERVED.all)
ORDERS: Inputs = orders(SERVED.all)
"""Of the schema that is served."""
