"""For whom an interaction is meant."""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, constant
from policy.shapes.row_shape import RowShape, had
from policy.subjects.principals import Principal


def _is_note(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    return table.c[had(shape, shape.direction)] == constant("INTERNAL", sa.Text())


def _is_internal(row: Row, _principal: Principal, shape: RowShape) -> bool:
    return row.get(had(shape, shape.direction)) == "INTERNAL"


ENTRIES = (
    Condition("internal", _is_note, _is_internal, lambda shape: shape.direction is not None),
)
