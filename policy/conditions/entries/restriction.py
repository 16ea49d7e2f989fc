"""Whether the processing of a person's data is restricted (GDPR Art. 18)."""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, customer_of, of_customers
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal

RESTRICTED = "customer_restricted"
"""Of a row: whether processing is restricted for its customer."""

NOT_RESTRICTED = "not_restricted"

_customers = sa.table(
    "customers", sa.column("tenant_id"), sa.column("id"), sa.column("restricted_at")
)


def _is_free(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    """Never NULL: a row without a customer is about nobody whom a restriction could protect."""
    if shape.is_customer:
        return table.c.restricted_at.is_(None)
    customer = _customers.alias()
    restricted = sa.exists().where(
        customer.c.tenant_id == table.c.tenant_id,
        customer.c.id == customer_of(table, shape),
        customer.c.restricted_at.is_not(None),
    )
    # INVARIANT: the row's own table, however deep this stands; or anybody's restriction would count.
    return sa.not_(restricted.correlate(table))


def _holds(row: Row, _principal: Principal, _shape: RowShape) -> bool:
    return row[RESTRICTED] is False


ENTRIES = (Condition(NOT_RESTRICTED, _is_free, _holds, of_customers, needs=RESTRICTED),)
