"""By what groups are made and ordered: one enumeration per resource, made from its declared fields."""

from enum import Enum
from typing import Any

import strawberry

from api.graphql.aggregates.words import described
from domain.entities.schema import Resource
from domain.reading.groups.groups import Function, Measure, groupable, measurable

COUNT = "COUNT"


@strawberry.enum(description="To what a time is cut; each stands for the day it begins on.")
class DateUnit(Enum):
    DAY = strawberry.enum_value("DAY", description="A calendar day.")
    WEEK = strawberry.enum_value("WEEK", description="A week, from Monday (ISO 8601).")
    MONTH = strawberry.enum_value("MONTH", description="A calendar month.")
    QUARTER = strawberry.enum_value("QUARTER", description="A quarter, from January.")
    YEAR = strawberry.enum_value("YEAR", description="A calendar year.")


def key_enum(resource: Resource, type_: type) -> Any:
    """The fields that a resource can be grouped by."""
    members = {
        field.name.upper(): strawberry.enum_value(
            field.name.upper(), description=described(type_, field)
        )
        for field in groupable(resource)
    }
    name = f"{resource.type_name}GroupField"
    return _enum(name, members, f"By what {resource.type_name} records can be grouped.")


def order_enum(resource: Resource, type_: type) -> Any:
    """What the groups of a resource can be ordered by."""
    members = {COUNT: strawberry.enum_value(COUNT, description="By how many records they have.")}
    for key in groupable(resource):
        name = f"KEY_{key.name}".upper()
        description = f"By the key: {described(type_, key)}"
        members[name] = strawberry.enum_value(name, description=description)
    for name, measure in measures(resource).items():
        field = resource.by_name[measure.field]
        description = f"By {measure.function.value}: {described(type_, field)}"
        members[name] = strawberry.enum_value(name, description=description)
    name = f"{resource.type_name}GroupOrderField"
    return _enum(name, members, f"By what groups of {resource.type_name} records can be ordered.")


def measures(resource: Resource) -> dict[str, Measure]:
    """The aggregates that groups of a resource have, by their names in orders."""
    return {
        f"{function.name}_{field.name.upper()}": Measure(function, field.name)
        for function in Function
        for field in measurable(resource, function)
    }


def _enum(name: str, members: dict[str, Any], description: str) -> Any:
    made: Any = Enum(name, members)  # type: ignore[misc]  # its members are the declared fields
    return strawberry.enum(made, name=name, description=description)
