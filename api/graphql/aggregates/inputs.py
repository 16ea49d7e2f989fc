"""How groups are asked for: keys, conditions and orders of one entity, made from its declared fields."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import strawberry

from api.graphql.aggregates.enums import DateUnit, key_enum, order_enum
from api.graphql.records.making import Member, input_type
from api.graphql.types.relay import Direction
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.reading.groups.groups import Function, is_money, measurable

Operand = TypeVar("Operand")


@strawberry.input(description="Compares an aggregate; all members must hold.")
class Comparison(Generic[Operand]):
    eq: Operand | None = strawberry.field(default=None, description="Is.")
    neq: Operand | None = strawberry.field(default=None, description="Is not.")
    lt: Operand | None = strawberry.field(default=None, description="Is less.")
    lte: Operand | None = strawberry.field(default=None, description="Is less or equal.")
    gt: Operand | None = strawberry.field(default=None, description="Is more.")
    gte: Operand | None = strawberry.field(default=None, description="Is more or equal.")


@strawberry.input(
    description="Compares an aggregate of money in one currency; all members must hold."
)
class MoneyComparison(Comparison[DecimalText]):
    currency: str = strawberry.field(description="ISO 4217; other currencies are not looked at.")


_OPERANDS: Mapping[Kind, Any] = {
    Kind.INTEGER: Comparison[int],
    Kind.DATE: Comparison[Date],
    Kind.TIMESTAMP: Comparison[DateTime],
}


def by_input(entity: Entity) -> Any:
    """A key of the groups."""
    return input_type(
        f"{entity.type_name}GroupBy",
        "A key by which groups are made.",
        {
            "field": Member(key_enum(entity), "The field."),
            "unit": Member(
                DateUnit | None,
                "To what a time is cut; needed for times, and only for them.",
            ),
            "time_zone": Member(
                str | None,
                "The IANA time zone in which a time is cut, such as Europe/Berlin; else UTC.",
            ),
        },
    )


def having_input(entity: Entity) -> Any:
    """Which groups."""
    members: dict[str, Member] = {
        "count": Member(Comparison[int] | None, "By the number of records.")
    }
    for function in Function:
        fields = measurable(entity, function)
        if fields:
            below = {f.name: Member(_comparison(function, f) | None, f.says) for f in fields}
            name = f"{entity.type_name}{function.value[0].upper()}{function.value[1:]}Having"
            made = input_type(name, f"Compares {function.value}; all members must hold.", below)
            members[function.name.lower()] = Member(made | None, f"By {function.value}.")
    name = f"{entity.type_name}Having"
    return input_type(name, "Which groups; all members must hold.", members)


def order_input(entity: Entity) -> Any:
    """A key of the order of groups."""
    return input_type(
        f"{entity.type_name}GroupOrder",
        "A key of an order of groups.",
        {
            "field": Member(order_enum(entity), "By what."),
            "currency": Member(
                str | None,
                "In which currency (ISO 4217); needed for money, only for it.",
            ),
            "direction": Member(Direction | None, "In which direction; ascending without one."),
        },
    )


def _comparison(function: Function, field: Field) -> Any:
    if is_money(field):
        return MoneyComparison
    if function is Function.COUNT_DISTINCT:
        return Comparison[int]
    if function in {Function.SUM, Function.AVG}:
        return Comparison[float]
    return _OPERANDS[field.kind]
