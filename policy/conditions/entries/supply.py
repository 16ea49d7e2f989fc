"""What a supplier supplies."""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, customer_of, of_customers, parameter
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal

SUPPLIERS = "supplied_by"
"""Of a row: who supplies its customer."""

_relationships = sa.table(
    "relationships",
    sa.column("tenant_id"),
    sa.column("type"),
    sa.column("from_id"),
    sa.column("to_id"),
)


def _supplied(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    link = _relationships.alias()
    found = sa.exists().where(
        link.c.tenant_id == table.c.tenant_id,
        link.c.type == sa.literal_column("'SUPPLIES'"),
        link.c.from_id == parameter("p_customer"),
        link.c.to_id == customer_of(table, shape),
    )
    # INVARIANT: the row's own table, however deep this stands.
    return found.correlate(table)


def _is_supplied(row: Row, principal: Principal, _shape: RowShape) -> bool:
    return principal.customer_id is not None and principal.customer_id in row[SUPPLIERS]


ENTRIES = (Condition("supplied_by_me", _supplied, _is_supplied, of_customers, needs=SUPPLIERS),)
