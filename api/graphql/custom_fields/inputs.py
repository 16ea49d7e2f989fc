"""GraphQL inputs of custom fields and of their values."""

import strawberry

from api.graphql.custom_fields.types import CustomFieldType
from api.graphql.types.operators import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    RangeFilter,
    TextFilter,
)
from api.graphql.types.scalars import DecimalText


@strawberry.input(description="Compares one of several declared choices.")
class ChoiceFilter:
    eq: str | None = strawberry.field(default=None, description="Is.")
    neq: str | None = strawberry.field(default=None, description="Is not, or is missing.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="Is one of.")
    not_in: list[str] | None = strawberry.field(
        default=None, description="Is none of, or is missing."
    )
    is_null: bool | None = strawberry.field(default=None, description="Is missing.")


@strawberry.input(
    description="Compares a custom field as what it is declared to be; another type is refused. A sealed"
    " one takes `eq`, `neq`, `in`, `notIn` and `isNull` only."
)
class CustomFieldFilter:
    name: str = strawberry.field(description="The name that the tenant has declared.")
    text: TextFilter | None = strawberry.field(default=None, description="A TEXT.")
    number: RangeFilter[DecimalText] | None = strawberry.field(
        default=None, description="An INTEGER or a DECIMAL."
    )
    boolean: BooleanFilter | None = strawberry.field(default=None, description="A BOOLEAN.")
    date: DateFilter | None = strawberry.field(default=None, description="A DATE.")
    date_time: DateTimeFilter | None = strawberry.field(default=None, description="A DATETIME.")
    choice: ChoiceFilter | None = strawberry.field(default=None, description="A CHOICE.")


@strawberry.input(description="A custom field for customers. What is declared stays as it is.")
class DefineCustomFieldInput:
    name: str = strawberry.field(
        description="A letter, then letters, digits and underscores: at most 63."
    )
    type: CustomFieldType = strawberry.field(description="The type of its values.")
    sealed: bool = strawberry.field(
        default=True,
        description="Whether its values are kept under the person's key only. Others are compared by"
        " order and by parts too, and stand in the database in the clear until the person is erased.",
    )
    category: str = strawberry.field(
        default="user.content.private",
        description="What its values say of people (a fideslang data category, as in `@pii`). Who asks"
        " for a purpose that does not cover it does not see them.",
    )
    choices: list[str] | None = strawberry.field(
        default=None, description="Of a CHOICE, 1 to 100 texts; of no other type."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")
