"""Who stands above a row: the tree of departments, and who reports to whom, to any depth.

What is below the caller is worked out once per statement, and does not end in a circle: ``UNION`` adds
nothing twice.
"""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, ids, parameter
from policy.shapes.row_shape import RowShape, had
from policy.subjects.principals import Principal


def _below(links: sa.TableClause, above: str, start: str) -> sa.CTE:
    """The ids of the caller's own and of all below it, with their tenant."""
    found = (
        sa.select(links.c.tenant_id, links.c.id)
        .where(links.c.id == parameter(start))
        .cte(f"{links.name}_below", recursive=True)
    )
    next_ = links.alias()
    return found.union(
        sa.select(next_.c.tenant_id, next_.c.id).where(
            next_.c.tenant_id == found.c.tenant_id, next_.c[above] == found.c.id
        )
    )


DEPARTMENTS_BELOW = _below(
    ids("departments", "tenant_id", "id", "parent_id"), "parent_id", "p_department"
)
TEAM = _below(ids("members", "tenant_id", "id", "manager_id"), "manager_id", "p_principal")


def _is_in(table: sa.FromClause, column: str, below: sa.CTE) -> sa.ColumnElement[bool]:
    found = sa.select(below.c.tenant_id, below.c.id)
    return sa.tuple_(table.c.tenant_id, table.c[column]).in_(found)


def _department_below(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    return _is_in(table, had(shape, shape.department), DEPARTMENTS_BELOW)


def _is_department_below(row: Row, principal: Principal, _shape: RowShape) -> bool:
    return principal.department_id is not None and principal.department_id in row[ABOVE]


def _of_team(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    return _is_in(table, had(shape, shape.team), TEAM)


def _is_of_team(row: Row, principal: Principal, _shape: RowShape) -> bool:
    return principal.id in row[MANAGERS]


ABOVE = "departments_above"
"""Of a row: its department and all above it."""
MANAGERS = "managers"
"""Of a row: its owner (or its author, where it has no owner) and all whom they report to."""

ENTRIES = (
    Condition(
        "departments_below_mine",
        _department_below,
        _is_department_below,
        lambda shape: shape.department is not None,
        needs=ABOVE,
    ),
    Condition(
        "my_team",
        _of_team,
        _is_of_team,
        lambda shape: shape.team is not None,
        needs=MANAGERS,
    ),
)
