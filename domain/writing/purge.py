"""Purge of what a destroyed key does not reach: indexes, derivatives and plain personal columns."""

import os
from collections.abc import Iterator

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.erasing import emptied, persons_columns
from domain.declaration.field import Values
from domain.declaration.kinds import Erasure
from domain.declaration.registry import Registry
from domain.entities.directory import MEMBER
from domain.tables import INDEXES, idempotency_keys
from domain.writing.unit_of_work import UnitOfWork

CUSTOMER_ID = "customer_id"
"""Whose an index row is, whatever its record calls it."""


async def purge(work: UnitOfWork, person: str) -> None:
    """Empty everything that says something about the person; the bare records stay for the counts."""
    await _lock(work, person)
    for table in INDEXES:
        await work.execute(sa.delete(table).where(*_of(work, table, CUSTOMER_ID, person)))
    for entity, column in _persons(work.registry, Erasure.DELETED):
        of = _of(work, entity.table, column, person)
        await work.execute(sa.delete(entity.table).where(*of))
    for entity, column in _persons(work.registry, Erasure.EMPTIED):
        values = _left(entity, person)
        if values:
            of = _of(work, entity.table, column, person)
            await work.execute(sa.update(entity.table).where(*of).values(values))
    await _forget_commands(work, person)


def _persons(registry: Registry, erasure: Erasure) -> Iterator[tuple[Entity, str]]:
    """The entities whose records end so, with the column that says whose they are; persons come last."""
    found = [
        (one, column)
        for one in registry.all
        if one.erasure is erasure
        for column in persons_columns(one)
    ]
    yield from sorted(found, key=lambda one: one[1] == "id")


def _left(entity: Entity, person: str) -> Values:
    if entity is not MEMBER:
        return emptied(entity)
    # Whoever looks at what they did finds an id, and that they are gone.
    return {**emptied(entity), "handle": f"erased-{person}"}


def _sealed_of(registry: Registry) -> list[tuple[sa.Table, str]]:
    """The tables with sealed records of a customer's, and the column that says whose they are."""
    found = _persons(registry, Erasure.EMPTIED)
    return [(entity.table, column) for entity, column in found if column != "id" and entity.sealed]


async def _lock(work: UnitOfWork, person: str) -> None:
    """In the order of the ids, as whoever redacts texts locks them."""
    for table, column in _sealed_of(work.registry):
        of = _of(work, table, column, person)
        await work.execute(sa.select(table.c.id).where(*of).order_by(table.c.id).with_for_update())


async def _forget_commands(work: UnitOfWork, person: str) -> None:
    """Replace the keyed hashes of the commands that made the person's records by chance.

    The keys stay used: repeating such a command is refused and does not bring the person back.
    """
    made = sa.union_all(
        sa.select(sa.literal(person, idempotency_keys.c.result_id.type)),
        *(
            sa.select(table.c.id).where(*_of(work, table, column, person))
            for table, column in _sealed_of(work.registry)
        ),
    )
    known = sa.delete(idempotency_keys).where(
        idempotency_keys.c.tenant_id == work.tenant, idempotency_keys.c.result_id.in_(made)
    )
    rows = (await work.execute(known.returning(idempotency_keys))).mappings().all()
    if rows:
        forgotten = [{**row, "request_hash": os.urandom(32)} for row in rows]
        await work.execute(sa.insert(idempotency_keys).values(forgotten))


def _of(
    work: UnitOfWork, table: sa.Table, column: str, person: str
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return table.c.tenant_id == work.tenant, table.c[column] == person
