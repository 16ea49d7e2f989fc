"""Groups and their aggregates: the types of one resource, made from its declared fields."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.aggregates.words import described, strawberry_fields
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.entities.schema import Field, Kind, Resource
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


def groups_type(resource: Resource, type_: type) -> Any:
    """What a grouping of a resource answers."""
    members: dict[str, tuple[Any, str]] = {
        "groups": (
            list[_group(resource, type_)],  # type: ignore[misc]  # a type made just now
            "The groups.",
        ),
        "has_more": (bool, "Whether there are more groups than were asked for."),
        "suppressed": (
            bool,
            _SUPPRESSED,
        ),
    }
    return object_type(
        f"{resource.type_name}Groups", f"Groups of {resource.type_name} records.", members
    )


def _group(resource: Resource, type_: type) -> Any:
    members: dict[str, tuple[Any, str]] = {
        "key": (_key(resource, type_), "What the records of the group have in common."),
        "count": (int, "How many records the group has."),
    }
    for function, (name, description) in NAMES.items():
        fields = measurable(resource, function)
        if fields:
            below = {f.name: (_value(function, f), described(type_, f)) for f in fields}
            made = object_type(f"{resource.type_name}{name}", description, below)
            members[function.name.lower()] = (made, description)
    description = f"{resource.type_name} records that have something in common."
    return object_type(f"{resource.type_name}Group", description, members)


def _key(resource: Resource, type_: type) -> Any:
    members: dict[str, tuple[Any, str]] = {}
    for field in groupable(resource):
        shown, description = strawberry_fields(type_)[field.name], described(type_, field)
        if field.kind in TIMES:
            members[field.name] = (Date | None, f"{description} The first day of the unit.")
        elif field.kind is Kind.REFERENCE:
            members[f"{field.name}_id"] = (strawberry.ID | None, f"{description} Its id.")
            members[field.name] = (shown.type_annotation.annotation, description)
        else:
            members[field.name] = (shown.type_annotation.annotation, description)
    description = "What a group has in common; null for fields that it is not grouped by."
    return object_type(f"{resource.type_name}GroupKey", description, members)


def _value(function: Function, field: Field) -> Any:
    if is_money(field):
        return list[MoneyAggregate]
    if function is Function.COUNT_DISTINCT:
        return int | None
    if function in {Function.SUM, Function.AVG}:
        return float | None
    return _VALUES[field.kind] | None


def object_type(name: str, description: str, members: Mapping[str, tuple[Any, str]]) -> Any:
    """A GraphQL type of these members: type and description by name."""
    made = type(
        name,
        (),
        {
            "__annotations__": {member: type_ for member, (type_, _) in members.items()},
            **{member: strawberry.field(description=said) for member, (_, said) in members.items()},
        },
    )
    return strawberry.type(made, name=name, description=description)
