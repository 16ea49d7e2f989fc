"""Which single records were shared with the caller, for a time."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from policy.shapes.condition import Condition, Row
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal

SHARED = "shared_with"
"""Of a row: until when it is shared, by the name of whom it is shared with."""

_shares = sa.table(
    "record_shares",
    *map(sa.column, ("tenant_id", "record", "grantee", "ends_at", "ended_at")),
)


def _shared(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    share = _shares.alias()
    grantees = sa.bindparam("p_grantees", type_=ARRAY(sa.Text))
    record = sa.literal_column(f"'{shape.prefix}_'", sa.Text).concat(sa.cast(table.c.id, sa.Text))
    found = sa.exists().where(
        share.c.tenant_id == table.c.tenant_id,
        share.c.record == record,
        share.c.grantee == sa.any_(grantees),
        share.c.ended_at.is_(None),
        share.c.ends_at > sa.func.now(),
    )
    # INVARIANT: the row's own table, however deep this stands.
    return found.correlate(table)


def _is_shared(row: Row, principal: Principal, _shape: RowShape) -> bool:
    shared, now = row[SHARED], datetime.now(UTC)
    return any(name in shared and shared[name] > now for name in principal.grantees)


ENTRIES = (
    Condition(
        "shared_with_me",
        _shared,
        _is_shared,
        lambda shape: shape.is_shareable,
        needs=SHARED,
    ),
)
