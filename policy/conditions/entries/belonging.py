"""To whom a row belongs, by an id that stands in it."""

from functools import partial

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, is_same, parameter
from policy.subjects.principals import Principal


def _column(table: sa.FromClause, column: str, name: str) -> sa.ColumnElement[bool]:
    return table.c[column] == parameter(name)


def _same(name: str, column: str, bound: str, attribute: str) -> Condition:
    def holds(row: Row, principal: Principal) -> bool:
        return is_same(row, principal, column, attribute)

    return Condition(
        name=name,
        sql=partial(_column, column=column, name=bound),
        holds=holds,
        fields=frozenset({column.removesuffix("_id")} - {"id"}),
    )


ENTRIES = (
    _same("own_department", "department_id", "p_department", "department_id"),
    _same("owner", "owner_id", "p_principal", "id"),
    _same("author", "author_id", "p_principal", "id"),
    _same("partner_account", "partner_account_id", "p_partner", "partner_account_id"),
    _same("self", "id", "p_principal", "id"),
    _same("own_account", "id", "p_partner", "partner_account_id"),
    _same("own_record", "id", "p_customer", "customer_id"),
    _same("own_customer", "customer_id", "p_customer", "customer_id"),
)
