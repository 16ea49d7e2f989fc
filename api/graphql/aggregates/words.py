"""What the types that are made from declared fields say about themselves."""

from typing import Any

from api.graphql.planning.names import snake
from domain.entities.schema import Field


def strawberry_fields(type_: type) -> dict[str, Any]:
    """The fields of a GraphQL type by their declared names."""
    definition: Any = type_.__strawberry_definition__  # type: ignore[attr-defined]  # Strawberry's mark
    return {snake(field.python_name): field for field in definition.fields}


def described(type_: type, field: Field) -> str:
    """What the record's own type says about a field."""
    return str(strawberry_fields(type_)[field.name].description)
