"""The rows that a batch finds in place: locked, opened, ready to be compared."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.catalogue import Resource
from domain.persistence.records import Stored
from domain.persistence.unit_of_work import UnitOfWork, Values
from domain.reading.rows import decode_pack, place_of
from privacy.vault import SealingKey
from privacy.vault.sealing import associated_data, unseal


async def fetched(work: UnitOfWork, query: sa.Select[Any]) -> Sequence[Any]:
    """The rows of a query, as tuples."""
    return (await work.execute(query)).all()


async def stored_rows(
    work: UnitOfWork, resource: Resource, ids: Collection[str]
) -> dict[str, Stored]:
    """The records by id, locked in the order of their ids, with one fetch of keys for all."""
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
        .with_for_update()
    )
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    subject = resource.subject or "id"
    keys = await work.stores.vault.keys(work.tenant, [row[subject] for row in rows])
    prefix = place_of(work.tenant, resource).prefix()
    work.trail.opened(resource, (field.name for field in resource.sealed), keys)
    return {
        row["id"]: Stored(resource, row, _opened(resource, row, row[subject], keys, prefix))
        for row in rows
    }


def _opened(
    resource: Resource, row: Values, subject: str, keys: Mapping[str, SealingKey], prefix: bytes
) -> Values:
    if row["sealed"] is None or subject not in keys:
        return {}
    aad = associated_data(prefix, row["id"], subject)
    return decode_pack(resource, unseal(keys[subject], row["sealed"], aad))
