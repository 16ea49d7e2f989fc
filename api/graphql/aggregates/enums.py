"""By what groups are made and ordered: one enumeration per entity, made from its declared fields."""

from enum import Enum
from typing import Any

import strawberry

from api.graphql.planning.measures import COUNT, measures
from api.graphql.records.enums import described_enum
from domain.declaration.entity import Entity
from domain.reading.groups.groups import groupable


@strawberry.enum(description="To what a time is cut; each stands for the day it begins on.")
class DateUnit(Enum):
    DAY = strawberry.enum_value("DAY", description="A calendar day.")
    WEEK = strawberry.enum_value("WEEK", description="A week, from Monday (ISO 8601).")
    MONTH = strawberry.enum_value("MONTH", description="A calendar month.")
    QUARTER = strawberry.enum_value("QUARTER", description="A quarter, from January.")
    YEAR = strawberry.enum_value("YEAR", description="A calendar year.")


def key_enum(entity: Entity) -> Any:
    """The fields that an entity can be grouped by."""
    members = {field.name.upper(): field.says for field in groupable(entity)}
    name = f"{entity.type_name}GroupField"
    return described_enum(name, members, f"By what {entity.type_name} records can be grouped.")


def order_enum(entity: Entity) -> Any:
    """What the groups of an entity can be ordered by."""
    members = {COUNT: "By how many records they have."}
    for key in groupable(entity):
        name = f"KEY_{key.name}".upper()
        description = f"By the key: {key.says}"
        members[name] = description
    for name, measure in measures(entity).items():
        field = entity.by_name[measure.field]
        description = f"By {measure.function.value}: {field.says}"
        members[name] = description
    name = f"{entity.type_name}GroupOrderField"
    return described_enum(
        name, members, f"By what groups of {entity.type_name} records can be ordered."
    )
