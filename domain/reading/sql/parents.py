"""Pages of many parents: one statement for the pages below many records."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

PARENT: sa.ColumnElement[str] = sa.literal_column("parents.id", UUID(as_uuid=False))
"""The id of the record that a row is listed below, inside ``per_parent``."""


def per_parent(query: sa.Select[Any], *, named: bool = True) -> sa.Select[Any]:
    """Run a query that names ``PARENT`` once for each id in ``parents``; the id comes last if it is to
    be ``named``.

    INVARIANT: a LATERAL query is joined by a nested loop, so a parent's rows keep their order.
    """
    ids = sa.bindparam("parents", type_=ARRAY(UUID(as_uuid=False)))
    id_ = sa.column("id", UUID(as_uuid=False))
    parents = sa.func.unnest(ids).table_valued(id_).render_derived(name="parents")
    inner = query.lateral("rows")
    parent = [sa.cast(parents.c.id, sa.Text).label("parent")] if named else []
    return sa.select(*inner.c, *parent).select_from(parents.join(inner, sa.true()))
