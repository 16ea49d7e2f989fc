"""Rows of ``lookup_tags``: a short tag that some other values have too, and a proof of the value.

Short tags find a few rows beside those that are looked for; their proofs, which no two rows share,
tell which are meant. So the database shows of no two rows that they have the same value.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.field import Values
from domain.tables import lookup_plans

PROOF_BYTES = 16
UNDIVIDED = 0
"""The short tag of all values of a field that has few: each would be known by how often it occurs."""
COUNTED_ONE_IN = 16
"""Of records that come singly: most shall not wait for a row that all of a tenant share."""


def tag_row(
    owner: Values, field: str, tag: bytes, root: int, *, divided: bool = True
) -> dict[str, Any]:
    """The row of a tag that an index root of that version made; ``owner`` has the tenant, row and customer.

    The database cuts its first 30 bits, which are given as a negative number, to as many as suit the
    number of rows.
    """
    proof = hashlib.sha256(tag + UUID(owner["row_id"]).bytes).digest()[:PROOF_BYTES]
    short = -1 - (int.from_bytes(tag[:4], "big") >> 2) if divided else UNDIVIDED
    return {**owner, "field": field, "short": short, "proof": proof, "root": root}


def has_tag(index: sa.FromClause, tags: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Whether a row of ``lookup_tags`` is that of one of these tags."""
    tag: sa.ColumnElement[Any] = sa.func.unnest(tags).column_valued("wanted")
    proven = index.c.proof == sa.func.lookup_proof(tag, index.c.row_id)
    # In a query of its own, which is made once; the function itself would be called for every row.
    shorts = sa.select(sa.func.lookup_shorts(tags)).scalar_subquery()
    short = index.c.short == sa.any_(sa.cast(shorts, ARRAY(sa.Integer)))
    return sa.and_(short, sa.exists().where(proven).correlate(index))


def counted_singly(id_: str) -> bool:
    """Whether a new record is one of those that are counted."""
    return UUID(id_).int % COUNTED_ONE_IN == 0


async def count(
    connection: AsyncConnection, tenant: str, rows: Iterable[Values], times: int = 1
) -> None:
    """Note about how many tags come, before they do. Whoever would have to wait notes nothing."""
    found = Counter(row["field"] for row in rows if row["short"] != UNDIVIDED)
    if not found:
        return
    plans, fields = lookup_plans, sorted(found)
    new = [{"tenant_id": tenant, "field": field, "rows": 0} for field in fields]
    await connection.execute(insert(plans).on_conflict_do_nothing(), new)
    free = (
        sa.select(plans.c.field)
        .where(
            plans.c.tenant_id == tenant,
            plans.c.field == sa.any_(sa.literal(fields, ARRAY(sa.Text))),
        )
        .order_by(plans.c.field)
        .with_for_update(skip_locked=True)
    )
    ours = (await connection.execute(free)).scalars().all()
    if not ours:
        return
    listed = sa.func.unnest(
        sa.literal(ours, ARRAY(sa.Text)),
        sa.literal([times * found[field] for field in ours], ARRAY(sa.BigInteger)),
    )
    coming = listed.table_valued("field", "rows", name="coming").render_derived()
    await connection.execute(
        sa.update(plans)
        .where(plans.c.tenant_id == tenant, plans.c.field == coming.c.field)
        .values(rows=plans.c.rows + coming.c.rows)
    )
