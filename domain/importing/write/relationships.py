"""Relationships between customers, imported with the customer that they start from."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.entities.relationships import RELATIONSHIP
from domain.importing.records.records import CustomerRecord
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.import_kinds import Ids
from domain.validation.values import choices
from domain.writing.bulk_rows import insert_rows
from domain.writing.stored_rows import fetched
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action

TYPES = choices(RELATIONSHIP.by_name["type"])

Line = tuple[str, str, str]


async def relationships_after_write(
    work: UnitOfWork, drafts: Sequence[Draft], ids: Ids
) -> set[int]:
    """Add the relationships that are not there yet; none is taken away."""
    wanted = {line: draft.position for draft in drafts for line in _lines(draft, ids)}
    stored = [draft.id for draft in drafts if draft.stored is not None]
    missing = wanted.keys() - await _existing(work, stored)
    rows = [_row(work, line) for line in sorted(missing)]
    if rows:
        work.permit(Action.CREATE, RELATIONSHIP, rows, ("type", "from", "to"))
        await insert_rows(work, RELATIONSHIP.table, rows)
        subjects = tuple(dict.fromkeys(row["from_id"] for row in rows))
        entities = tuple(row["id"] for row in rows)
        work.happened(Event("RelationshipCreated", "relationship", entities, subjects, ("type",)))
    return {wanted[line] for line in missing}


def _lines(draft: Draft, ids: Ids) -> list[Line]:
    record = draft.record
    if not isinstance(record, CustomerRecord):
        return []
    return [(draft.id, ids[other], type_) for type_, other in record.relationships]


async def _existing(work: UnitOfWork, from_ids: Sequence[str]) -> set[Line]:
    if not from_ids:
        return set()
    table = RELATIONSHIP.table
    query = sa.select(table.c.from_id, table.c.to_id, table.c.type).where(
        table.c.tenant_id == work.tenant,
        table.c.from_id == sa.any_(sa.literal(list(from_ids), ARRAY(UUID(as_uuid=False)))),
    )
    return set(map(tuple, await fetched(work, query)))


def _row(work: UnitOfWork, line: Line) -> dict[str, Any]:
    from_id, to_id, type_ = line
    return {
        "id": work.stores.new_id(),
        "type": type_,
        "from_id": from_id,
        "to_id": to_id,
        "created_at": work.stores.now(),
    }
