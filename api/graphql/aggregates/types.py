"""Groups and their aggregates: the types of one entity, made from its declared fields."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.records.making import Member, object_type
from api.graphql.records.shells import RECORDS
from api.graphql.records.values import shown_type
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.reading.groups.groups import TIMES, Function, groupable, is_money, measurable


@strawberry.type(description="An exact amount of money in one currency, made of several.")
class MoneyAggregate:
    currency: str = strawberry.field(description="ISO 4217.")
    amount: DecimalText = strawberry.field(description="With four decimal places.")
    count: int = strawberry.field(description="How many amounts it is made of.")


NAMES: Mapping[Function, tuple[str, str]] = {
    Function.COUNT_DISTINCT: (
        "DistinctCounts",
        "How many different values there are in the group.",
    ),
    Function.SUM: ("Sums", "Sums over the group; null where there is no value."),
    Function.AVG: ("Averages", "Means over the group; null where there is no value."),
    Function.MIN: ("Minimums", "The least values in the group; null where there is none."),
    Function.MAX: ("Maximums", "The greatest values in the group; null where there is none."),
}
_SUPPRESSED = (
    "Whether groups are missing: those of too few people are kept from callers who see people masked,"
    " and so are, as null, values that too few contribute to. Which and how many is not told."
)
_VALUES: Mapping[Kind, Any] = {
    Kind.INTEGER: int,
    Kind.DATE: Date,
    Kind.TIMESTAMP: DateTime,
}


def groups_type(entity: Entity) -> Any:
    """What a grouping of an entity answers."""
    members: dict[str, Member] = {
        "groups": Member(
            list[_group(entity)],  # type: ignore[misc]  # a type made just now
            "The groups.",
        ),
        "has_more": Member(bool, "Whether there are more groups than were asked for."),
        "suppressed": Member(
            bool,
            _SUPPRESSED,
        ),
    }
    return object_type(
        f"{entity.type_name}Groups", f"Groups of {entity.type_name} records.", members
    )


def _group(entity: Entity) -> Any:
    members: dict[str, Member] = {
        "key": Member(_key(entity), "What the records of the group have in common."),
        "count": Member(int, "How many records the group has."),
    }
    for function, (name, description) in NAMES.items():
        fields = measurable(entity, function)
        if fields:
            below = {f.name: Member(_value(function, f), f.says) for f in fields}
            made = object_type(f"{entity.type_name}{name}", description, below)
            members[function.name.lower()] = Member(made, description)
    description = f"{entity.type_name} records that have something in common."
    return object_type(f"{entity.type_name}Group", description, members)


def _key(entity: Entity) -> Any:
    members: dict[str, Member] = {}
    for field in groupable(entity):
        shown, description = shown_type(field, RECORDS), field.says
        if field.kind in TIMES:
            members[field.name] = Member(Date | None, f"{description} The first day of the unit.")
        elif field.kind is Kind.REFERENCE:
            members[field.column] = Member(strawberry.ID | None, f"{description} Its id.")
            members[field.name] = Member(shown, description)
        else:
            members[field.name] = Member(shown, description)
    description = "What a group has in common; null for fields that it is not grouped by."
    return object_type(f"{entity.type_name}GroupKey", description, members)


def _value(function: Function, field: Field) -> Any:
    if is_money(field):
        return list[MoneyAggregate]
    if function is Function.COUNT_DISTINCT:
        return int | None
    if function in {Function.SUM, Function.AVG}:
        return float | None
    return _VALUES[field.kind] | None
