"""Enumerations of the schema: of declared choices, and of what records are ordered by."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from api.graphql.records.published import ORDER_KEYS, ORDERED_RECORDS, arranged
from api.graphql.records.sentences import called, ordered_by
from domain.declaration.entity import Entity
from domain.values.choice import Choice


def choice_enum(choice: type[Choice]) -> Any:
    """The enumeration of a declared choice: the class itself, with what its members mean."""
    marked: Any = (
        choice if hasattr(choice, "__strawberry_definition__") else strawberry.enum(choice)
    )
    definition = marked.__strawberry_definition__
    definition.description = choice.__doc__
    for value, member in zip(definition.values, choice, strict=True):
        value.description = member.says
    return choice


def described_enum(name: str, members: Mapping[str, str], says: str) -> Any:
    """An enumeration of these members and what is said of each."""
    values = {member: strawberry.enum_value(member, description=s) for member, s in members.items()}
    made: Any = Enum(name, values)  # type: ignore[misc]  # its members are declared elsewhere
    return strawberry.enum(made, name=name, description=says)


def order_enum(entity: Entity) -> Any:
    """By what the records of an entity can be ordered."""
    said = {field.name: ordered_by(field) for field in entity.fields if field.has_order}
    members = arranged(said, ORDER_KEYS.get(entity.name))
    what = ORDERED_RECORDS.get(entity.name) or called(entity)
    return described_enum(
        f"{entity.type_name}OrderField",
        {name.upper(): says for name, says in members.items()},
        f"By what {what} can be ordered.",
    )
