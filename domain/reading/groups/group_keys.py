"""Group keys as SQL. A reference to a record that the caller may not see counts as none.

So a key tells no id that nothing else tells, and all that stands behind such ids is one group.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.declaration.parts import ToOne
from domain.reading.groups.groups import GroupBy
from domain.reading.plan.criteria import bind_name

Column = sa.ColumnElement[Any]


def group_keys(
    accesses: EffectiveAccesses,
    access: EffectiveAccess,
    by: Sequence[GroupBy],
    table: sa.FromClause,
) -> tuple[sa.FromClause, Sequence[Column]]:
    """The table, joined with those that references lead to, and the key's columns."""
    source: sa.FromClause = table
    found: list[Column] = []
    for i, key in enumerate(by):
        column = _key(access.resource, key, table)
        edge = access.resource.edge_by_name.get(key.field)
        target = accesses[edge.target] if isinstance(edge, ToOne) else None
        if target is not None and not target.granted:
            column = sa.cast(sa.null(), column.type)
        elif target is not None and not target.granted.is_everywhere:
            seen = target.resource.table.alias(f"s{i}")
            source = source.outerjoin(seen, sa.and_(seen.c.id == column, target.where(seen)))
            column = seen.c.id
        found.append(column)
    return source, found


def _key(resource: Entity, key: GroupBy, table: sa.FromClause) -> Column:
    column: Column = table.c[resource.column(key.field).name]
    if key.unit is None:
        return column
    if resource.by_name[key.field].kind is Kind.TIMESTAMP:
        name = None if key.zone is None else bind_name(key.zone)
        zone = sa.literal_column("'UTC'") if name is None else sa.bindparam(name, type_=sa.Text)
        column = sa.func.timezone(zone, column, type_=sa.DateTime())
    day = sa.cast(column, sa.DateTime())
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{key.unit}'"), day), sa.Date)
