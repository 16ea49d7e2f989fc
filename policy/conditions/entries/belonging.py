"""To whom a row belongs, by an id that stands in it."""

from collections.abc import Callable

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, parameter
from policy.shapes.row_shape import RowShape, had
from policy.subjects.principals import Principal

Asked = Callable[[RowShape], str | None]


def _same(name: str, asked: Asked, bound: str, attribute: str) -> Condition:
    """Whether a column holds what the principal has; not where either is unknown."""

    def sql(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
        return table.c[had(shape, asked(shape))] == parameter(bound)

    def holds(row: Row, principal: Principal, shape: RowShape) -> bool:
        value = getattr(principal, attribute)
        return value is not None and row.get(had(shape, asked(shape))) == value

    return Condition(name, sql, holds, fits=lambda shape: asked(shape) is not None)


def _above_it(shape: RowShape) -> str | None:
    """Whose record a row is, where it is not the customer itself."""
    return None if shape.is_customer else shape.customer


def _same_id(name: str, bound: str, attribute: str) -> Condition:
    return _same(name, lambda _shape: "id", bound, attribute)


ENTRIES = (
    _same("own_department", lambda shape: shape.department, "p_department", "department_id"),
    _same("owner", lambda shape: shape.owner, "p_principal", "id"),
    _same("author", lambda shape: shape.author, "p_principal", "id"),
    _same(
        "partner_account", lambda shape: shape.partner_account, "p_partner", "partner_account_id"
    ),
    _same("own_customer", _above_it, "p_customer", "customer_id"),
    _same_id("self", "p_principal", "id"),
    _same_id("own_account", "p_partner", "partner_account_id"),
    _same_id("own_record", "p_customer", "customer_id"),
)
