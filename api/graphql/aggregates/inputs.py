"""How groups are asked for: keys, conditions and orders of one resource, made from its declared fields."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import strawberry

from api.graphql.aggregates.enums import DateUnit, key_enum, order_enum
from api.graphql.aggregates.words import described
from api.graphql.types.relay import Direction
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.entities.schema import Field, Kind, Resource
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


def by_input(resource: Resource, type_: type) -> Any:
    """A key of the groups."""
    return input_type(
        f"{resource.type_name}GroupBy",
        "A key by which groups are made.",
        {
            "field": (key_enum(resource, type_), "The field."),
            "unit": (
                DateUnit | None,
                "To what a time is cut; needed for times, and only for them.",
            ),
            "time_zone": (
                str | None,
                "The IANA time zone in which a time is cut, such as Europe/Berlin; else UTC.",
            ),
        },
    )


def having_input(resource: Resource, type_: type) -> Any:
    """Which groups."""
    members: dict[str, tuple[Any, str]] = {
        "count": (Comparison[int] | None, "By the number of records.")
    }
    for function in Function:
        fields = measurable(resource, function)
        if fields:
            below = {f.name: (_comparison(function, f) | None, described(type_, f)) for f in fields}
            name = f"{resource.type_name}{function.value[0].upper()}{function.value[1:]}Having"
            made = input_type(name, f"Compares {function.value}; all members must hold.", below)
            members[function.name.lower()] = (made | None, f"By {function.value}.")
    name = f"{resource.type_name}Having"
    return input_type(name, "Which groups; all members must hold.", members)


def order_input(resource: Resource, type_: type) -> Any:
    """A key of the order of groups."""
    return input_type(
        f"{resource.type_name}GroupOrder",
        "A key of an order of groups.",
        {
            "field": (order_enum(resource, type_), "By what."),
            "currency": (
                str | None,
                "In which currency (ISO 4217); needed for money, only for it.",
            ),
            "direction": (Direction | None, "In which direction; ascending without one."),
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


def input_type(name: str, description: str, members: Mapping[str, tuple[Any, str]]) -> Any:
    """A GraphQL input of these members: type and description by name; all that may be null may miss."""
    made = type(
        name,
        (),
        {
            "__annotations__": {member: type_ for member, (type_, _) in members.items()},
            **{
                member: strawberry.field(description=said, **_missing(type_))
                for member, (type_, said) in members.items()
            },
        },
    )
    return strawberry.input(made, name=name, description=description)


def _missing(type_: Any) -> dict[str, Any]:
    return {"default": None} if type(None) in getattr(type_, "__args__", ()) else {}
