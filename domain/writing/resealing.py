"""Resealing of rows with an older key of their person: found, and sealed anew where they stand.

Nothing that was opened leaves this module, and what a record says stays as it is, its version too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.entity import Entity
from domain.storage.sealed_records import place_of, repadded
from domain.writing.unit_of_work import UnitOfWork
from privacy.vault import ClosedKey, SealingKey, UnsealError
from privacy.vault.sealing import FORM_BYTES, associated_data, seal, unseal

ROWS = 500


async def reseal_rows(work: UnitOfWork, resource: Entity, subjects: Collection[str]) -> int:
    """Seal the next of these people's rows anew; returns how many, up to ``ROWS``.

    Rows that somebody else holds are left for another call. Raises ``UnsealError`` before any row is
    written where one does not open.
    """
    done = 0
    for keys, people in _by_form(await work.stores.vault.keys(work.tenant, subjects)):
        form = next(iter(keys.values())).form
        table, subject = resource.table, resource.table.c[resource.subject or "id"]
        query = (
            sa.select(table.c.id, subject, table.c.sealed)
            .where(*_outdated(work, resource, people, form))
            .order_by(table.c.id)
            .limit(ROWS - done)
            .with_for_update(skip_locked=True)
        )
        rows = [tuple(row) for row in await work.execute(query)]
        if rows:
            await _write(work, resource, _resealed(work.tenant, resource, keys, rows))
        done += len(rows)
        if done == ROWS:
            break
    return done


async def still_outdated(work: UnitOfWork, resource: Entity, subjects: Collection[str]) -> set[str]:
    """Those of these people of whom a row is sealed with an older key."""
    left: set[str] = set()
    for keys, people in _by_form(await work.stores.vault.keys(work.tenant, subjects)):
        form = next(iter(keys.values())).form
        subject = resource.table.c[resource.subject or "id"]
        query = sa.select(subject).distinct().where(*_outdated(work, resource, people, form))
        left |= {str(row[0]) for row in await work.execute(query)}
    return left


def _by_form(
    keys: Mapping[str, SealingKey],
) -> Iterator[tuple[Mapping[str, SealingKey], Sequence[str]]]:
    """The keys of those people whose sealed values begin alike; raises ``UnsealError`` for one that does
    not open, since nobody knows what is sealed with it.
    """
    alike: dict[bytes, dict[str, SealingKey]] = defaultdict(dict)
    for subject, key in keys.items():
        if isinstance(key, ClosedKey):
            raise UnsealError(f"the key of {subject} does not open")
        alike[key.form][subject] = key
    for some in alike.values():
        yield some, list(some)


def _outdated(
    work: UnitOfWork, resource: Entity, people: Sequence[str], form: bytes
) -> tuple[sa.ColumnElement[bool], ...]:
    table = resource.table
    return (
        table.c.tenant_id == work.tenant,
        table.c[resource.subject or "id"]
        == sa.any_(sa.literal(list(people), ARRAY(UUID(as_uuid=False)))),
        table.c.sealed.is_not(None),
        sa.func.substring(table.c.sealed, 1, FORM_BYTES) != form,
    )


def _resealed(
    tenant: str,
    resource: Entity,
    keys: Mapping[str, SealingKey],
    rows: Sequence[Any],
) -> list[dict[str, object]]:
    prefix, written = place_of(tenant, resource).prefix(), []
    for id_, subject, sealed in rows:
        aad = associated_data(prefix, id_, subject)
        key = keys[subject]
        try:
            plaintext = unseal(key, sealed, aad)
        except UnsealError as error:
            raise UnsealError(f"{resource.table.name} {id_} of {subject}: {error}") from None
        written.append({"row": id_, "pack": seal(key, repadded(plaintext), aad).data})
    return written


async def _write(
    work: UnitOfWork, resource: Entity, written: Sequence[Mapping[str, object]]
) -> None:
    table = resource.table
    query = (
        sa.update(table)
        .where(table.c.tenant_id == work.tenant, table.c.id == sa.bindparam("row"))
        .values(sealed=sa.bindparam("pack"))
    )
    await work.connection.execute(query, written)
