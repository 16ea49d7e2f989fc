"""Stored rows that a batch finds in place: locked, opened, ready to be compared."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.entity import Entity
from domain.writing.records import Stored, opened_row
from domain.writing.unit_of_work import UnitOfWork


async def fetched(work: UnitOfWork, query: sa.Select[Any]) -> Sequence[Any]:
    """The rows of a query, as tuples."""
    return (await work.execute(query)).all()


async def stored_rows(
    work: UnitOfWork, resource: Entity, ids: Collection[str], *, free: bool = False
) -> dict[str, Stored]:
    """The records by id, locked in the order of their ids, with one fetch of keys for all; only those
    that nobody else holds if they have to be ``free``. Those that do not open are ``is_closed``.
    """
    if not ids:
        return {}
    table = resource.table
    query = (
        sa.select(table)
        .where(
            table.c.tenant_id == work.tenant,
            table.c.id == sa.any_(sa.literal(list(ids), ARRAY(UUID(as_uuid=False)))),
        )
        .order_by(table.c.id)
        .with_for_update(skip_locked=free)
    )
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    subject = resource.subject or "id"
    keys = await work.stores.vault.keys(work.tenant, [row[subject] for row in rows])
    work.access_log.opened(resource, (field.name for field in resource.sealed), keys)
    found = {row["id"]: opened_row(work.tenant, resource, row, keys) for row in rows}
    return found if work.trial is None else found | work.trial.stored(resource, ids)
