"""Retagging: tags, references and tokens of records made under a newer index root, batch by batch.

What a record says stays as it is, its version too. Who is being erased is left to the erasure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.entity import Entity
from domain.tables import (
    ROOTED_INDEXES,
    customers,
    external_references,
    lookup_tags,
    search_tokens,
)
from domain.writing.bulk_rows import insert_rows
from domain.writing.indexing import index_basis, index_records
from domain.writing.records import Stored, damaged
from domain.writing.stored_rows import stored_rows
from domain.writing.unit_of_work import UnitOfWork
from privacy.database import TenantPool
from privacy.vault import VaultError
from privacy.vault.key_status import destroyed_among


class Record(NamedTuple):
    """A record with the person behind it."""

    id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some records in the order of their ids: those to be made anew, and where the next begin."""

    pending: Sequence[Record]
    after: str | None


async def next_part(work: UnitOfWork, resource: Entity, after: str, root: int, size: int) -> Part:
    """The records behind the id ``after``, whether there is anything to be done with them or not."""
    table = resource.table
    some = (
        sa.select(table.c.id, table.c[resource.subject or "id"].label("subject"))
        .where(table.c.tenant_id == work.tenant, table.c.id > after, table.c.sealed.is_not(None))
        .order_by(table.c.id)
        .limit(size)
        .subquery("some")
    )
    is_pending = sa.or_(
        _has(work, some, lookup_tags, lookup_tags.c.root < root),
        _has(work, some, search_tokens, search_tokens.c.root < root),
        sa.and_(
            _has(work, some, external_references, external_references.c.root < root),
            sa.not_(_has(work, some, external_references, external_references.c.root == root)),
        ),
    )
    query = sa.select(some.c.id, some.c.subject, is_pending).order_by(some.c.id)
    rows: list[Any] = list(await work.execute(query))
    pending = [Record(str(id_), str(subject)) for id_, subject, is_old in rows if is_old]
    return Part(pending, str(rows[-1][0]) if rows else None)


def _has(
    work: UnitOfWork, some: sa.FromClause, index: sa.Table, which: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    of = (index.c.tenant_id == work.tenant, index.c.row_id == some.c.id, which)
    return sa.exists().where(*of).correlate(some)


async def retag(
    work: UnitOfWork, vault_pool: TenantPool, resource: Entity, records: Sequence[Record]
) -> int:
    """Make anew what these records are found by; returns how many, without those that somebody holds.

    Raises ``VaultError``, ``DamagedError`` and ``InvalidInputError`` before anything is written where it
    cannot be made of one of them.
    """
    left = await _not_leaving(work, resource, records)
    stored = await stored_rows(work, resource, [one.id for one in left], free=True)
    if any(one.is_closed for one in stored.values()):
        raise damaged(resource)
    kept = [one for one in stored.values() if one.row["sealed"] and not one.row.get("erased_at")]
    gone = await _without_keys(work, vault_pool, {one.subject for one in kept})
    kept = [one for one in kept if one.subject not in gone]
    if kept:
        await _write(work, resource, kept)
    return len(kept)


async def _not_leaving(
    work: UnitOfWork, resource: Entity, records: Sequence[Record]
) -> list[Record]:
    """Those of people who are not being erased, and cannot be until the transaction ends."""
    if resource.subject == "id":
        return list(records)
    people = sorted({one.subject for one in records})
    of = (
        customers.c.tenant_id == work.tenant,
        customers.c.id == sa.any_(sa.literal(people, ARRAY(UUID(as_uuid=False)))),
    )
    free = sa.select(customers.c.id).where(*of, customers.c.erased_at.is_(None))
    free = free.order_by(customers.c.id).with_for_update(read=True, skip_locked=True)
    held = {str(id_) for id_ in (await work.execute(free)).scalars()}
    # A deal may be of somebody who is no customer, a task of nobody: then it alone is locked.
    known = {
        str(id_) for id_ in (await work.execute(sa.select(customers.c.id).where(*of))).scalars()
    }
    return [one for one in records if one.subject in held or one.subject not in known]


async def _without_keys(work: UnitOfWork, vault_pool: TenantPool, subjects: set[str]) -> set[str]:
    """Those of these people who were destroyed; raises ``VaultError`` for others without a key."""
    missing = subjects - (await work.stores.vault.keys(work.tenant, subjects)).keys()
    if missing and missing - await destroyed_among(vault_pool, work.tenant, missing):
        message = "the vault holds no key of a person among them"
        raise VaultError(message)
    return missing


async def _write(work: UnitOfWork, resource: Entity, records: Sequence[Stored]) -> None:
    """INVARIANT: the references under the older root stay, so that at any moment a second record with one
    of them is refused; nothing waits here for who is about to be refused.
    """
    root, ids = work.index.version, [one.id for one in records]
    written = [(one.row, one.sealed) for one in records]
    basis = await index_basis(
        work.connection, work.index, work.tenant, work.region, resource, written
    )
    made = index_records(basis, resource, written)
    for table in ROOTED_INDEXES:
        where = [table.c.tenant_id == work.tenant, table.c.row_id.in_(ids)]
        if table is external_references:
            where.append(table.c.root == root)
        await work.execute(sa.delete(table).where(*where))
        await insert_rows(work, table, [row for row in made[table] if row["root"] == root])


async def drop_older(
    work: UnitOfWork, table: sa.Table, after: str, root: int, size: int
) -> tuple[int, int, str | None]:
    """Delete what an older root made, among the next rows behind ``after``: how many are gone, how many
    somebody holds, and where the next begin.
    """
    query = sa.select(table.c.row_id).where(
        table.c.tenant_id == work.tenant, table.c.row_id > after
    )
    query = query.order_by(table.c.row_id).limit(size)
    ids = list(map(str, (await work.execute(query)).scalars()))
    if not ids:
        return 0, 0, None
    older = (
        table.c.tenant_id == work.tenant,
        table.c.row_id == sa.any_(sa.literal(ids, ARRAY(UUID(as_uuid=False)))),
        table.c.root < root,
    )
    key = sa.tuple_(*table.primary_key.columns)
    free = sa.select(*table.primary_key.columns).where(*older).with_for_update(skip_locked=True)
    gone = (await work.execute(sa.delete(table).where(*older, key.in_(free)))).rowcount
    held = (
        await work.execute(sa.select(sa.func.count()).select_from(table).where(*older))
    ).scalar_one()
    return gone, held, ids[-1]


async def standing(work: UnitOfWork, root: int) -> tuple[int, int]:
    """Rows that another root made, and all: of tags, references and tokens together."""
    others = total = 0
    row: Any
    for table in ROOTED_INDEXES:
        counted = sa.select(sa.func.count().filter(table.c.root != root), sa.func.count())
        counted = counted.select_from(table).where(table.c.tenant_id == work.tenant)
        row = (await work.execute(counted)).one()
        others, total = others + row[0], total + row[1]
    return others, total


async def newest(work: UnitOfWork) -> int:
    """The newest root that made any of these rows; 0 where there are none."""
    found = 0
    for table in ROOTED_INDEXES:
        greatest = sa.select(sa.func.max(table.c.root)).where(table.c.tenant_id == work.tenant)
        found = max(found, (await work.execute(greatest)).scalar_one() or 0)
    return found
