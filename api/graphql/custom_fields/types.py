"""GraphQL types of custom fields."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from domain.declaration.custom_types import Definition


@strawberry.enum(description="The type that a custom field is declared with.")
class CustomFieldType(Enum):
    TEXT = strawberry.enum_value(
        "TEXT", description="Text: at most 500 characters, 2,000 where it is sealed."
    )
    INTEGER = strawberry.enum_value("INTEGER", description="A whole number of at most 30 digits.")
    DECIMAL = strawberry.enum_value(
        "DECIMAL", description="An exact number: at most 30 digits, and 10 after the point."
    )
    BOOLEAN = strawberry.enum_value("BOOLEAN", description="`true` or `false`.")
    DATE = strawberry.enum_value("DATE", description="A calendar day (ISO 8601).")
    DATETIME = strawberry.enum_value(
        "DATETIME", description="A point in time with its offset (RFC 3339)."
    )
    CHOICE = strawberry.enum_value("CHOICE", description="One of the declared choices.")


@strawberry.type(description="A field that the tenant has declared for customers.")
class CustomFieldDefinition:
    name: str = strawberry.field(description="Its name.")
    type: CustomFieldType = strawberry.field(description="The type of its values.")
    sealed: bool = strawberry.field(
        description="Whether its values are kept under the person's key only."
    )
    category: str = strawberry.field(description="What its values say of people (fideslang).")
    choices: list[str] = strawberry.field(description="What a CHOICE may be; else empty.")


def shown(definition: Definition) -> Mapping[str, Any]:
    """A definition as the answer shows it."""
    return {
        "name": definition.name,
        "type": definition.type.value,
        "sealed": definition.sealed,
        "category": definition.category.value,
        "choices": list(definition.choices),
    }
