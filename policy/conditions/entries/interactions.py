"""For whom an interaction is meant."""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, constant
from policy.subjects.principals import Principal


def _is_note(table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.direction == constant("INTERNAL", sa.Text())


def _is_internal(row: Row, _principal: Principal) -> bool:
    return row.get("direction") == "INTERNAL"


ENTRIES = (Condition("internal", _is_note, _is_internal, frozenset({"direction"})),)
