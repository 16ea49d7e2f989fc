"""Search tokens, made for rows that have none yet, or for all rows anew, batch by batch. What custom fields
and members' addresses are found by is made with them.
"""

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, insert

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.searching.sources import is_indexed
from domain.storage import lookup_rows
from domain.tables import lookup_tags, lookup_values, search_texts, search_tokens
from domain.validation.contact_points import judged
from domain.values.ids import FIRST_ID
from domain.writing.indexing import IndexRow, index_basis, index_records
from domain.writing.records import Stored, sealed_record
from domain.writing.stored_rows import stored_rows
from domain.writing.unit_of_work import UnitOfWork

BATCH = 500


def indexed(registry: Registry) -> tuple[Entity, ...]:
    """The entities of whose rows tokens are kept."""
    return tuple(entity for entity in registry.all if is_indexed(entity))


async def reindex(
    work: UnitOfWork,
    resource: Entity,
    after: str = FIRST_ID,
    *,
    again: bool = False,
    judging: bool = False,
) -> tuple[int, str | None]:
    """Write the tokens of the next rows behind the id ``after``, also where there are some if ``again``;
    if ``judging`` their numbers say anew whether they can be dialled.

    Returns how many rows were done and the id to go on behind, or none at the end. Each batch is a
    unit of work of its own: an interrupted run is gone on with by running it again.
    """
    ids = await _pending(work, resource, after, again=again)
    stored = await stored_rows(work, resource, ids)
    await _forget(work, ids, [one.id for one in stored.values() if one.sealed])
    written = [(one.row, one.sealed) for one in stored.values() if one.sealed]
    if written:
        basis = await index_basis(
            work.connection, work.index, work.tenant, work.region, resource, written
        )
        made = index_records(basis, resource, written)
        query = insert(search_tokens)
        query = query.on_conflict_do_update(
            index_elements=["tenant_id", "row_id"],
            set_={"tokens": query.excluded.tokens, "root": query.excluded.root},
        )
        await work.connection.execute(query, made[search_tokens])
        if texts := made[search_texts]:
            await work.insert(search_texts, texts)
        await _find_by_values(work, made[lookup_tags], made[lookup_values])
        if judging:
            await _judge(work, resource, stored.values())
    return len(written), ids[-1] if ids else None


async def _forget(work: UnitOfWork, ids: Collection[str], opened: Collection[str]) -> None:
    """Remove the texts of rows, which are written anew, and the tokens of those that do not open."""
    for table, gone in ((search_texts, ids), (search_tokens, set(ids) - {*opened})):
        if gone:
            of = table.c.row_id == sa.any_(sa.literal(list(gone), ARRAY(UUID(as_uuid=False))))
            await work.execute(sa.delete(table).where(table.c.tenant_id == work.tenant, of))


async def _find_by_values(
    work: UnitOfWork, tags: Sequence[IndexRow], values: Sequence[IndexRow]
) -> None:
    """Members' addresses had tokens alone before, numbers fewer spellings, custom fields neither."""
    missing = await _missing(work, tags)
    await lookup_rows.count(work.connection, work.tenant, missing)
    for table, rows in ((lookup_tags, missing), (lookup_values, values)):
        if rows:
            await work.connection.execute(insert(table).on_conflict_do_nothing(), rows)


async def _judge(work: UnitOfWork, resource: Entity, stored: Iterable[Stored]) -> None:
    """Older versions did not judge numbers anew where a record moved. The version stays."""
    made = ((one, judged(one.sealed, one.row.get("country"), work.region)) for one in stored)
    other = {one.id: sealed for one, sealed in made if sealed != one.sealed}
    for id_, key in (await work.stores.vault.keys(work.tenant, list(other))).items():
        pack = sealed_record(work.tenant, resource, id_, key, id_, other[id_])
        table = resource.table
        of = (table.c.tenant_id == work.tenant, table.c.id == id_)
        await work.execute(sa.update(table).where(*of).values(sealed=pack))


async def _missing(work: UnitOfWork, rows: Sequence[IndexRow]) -> list[IndexRow]:
    """Those tags that are not there yet."""
    ids = sorted({row["row_id"] for row in rows})
    query = sa.select(lookup_tags.c.proof).where(
        lookup_tags.c.tenant_id == work.tenant,
        lookup_tags.c.row_id == sa.any_(sa.literal(ids, ARRAY(UUID(as_uuid=False)))),
    )
    known = set((await work.execute(query)).scalars()) if ids else set()
    return [row for row in rows if row["proof"] not in known]


async def _pending(work: UnitOfWork, resource: Entity, after: str, *, again: bool) -> list[str]:
    table = resource.table
    query = (
        sa.select(table.c.id)
        .where(table.c.tenant_id == work.tenant, table.c.id > after, table.c.sealed.is_not(None))
        .order_by(table.c.id)
        .limit(BATCH)
    )
    if not again:
        query = query.where(
            ~sa.exists().where(
                search_tokens.c.tenant_id == table.c.tenant_id, search_tokens.c.row_id == table.c.id
            )
        )
    return [str(id_) for id_ in (await work.execute(query)).scalars()]
