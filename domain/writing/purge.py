"""Removing what a destroyed key does not reach: indexes, derivatives and plain personal columns."""

import os
from typing import Any

import sqlalchemy as sa

from domain.tables import (
    INDEXES,
    consent_events,
    customers,
    deal_registrations,
    idempotency_keys,
    interactions,
    members,
    opportunities,
    participants,
    relationships,
)
from domain.writing.unit_of_work import UnitOfWork
from privacy.tables import consents


async def purge(work: UnitOfWork, customer: str) -> None:
    """Empty everything that says something about the person; the bare records stay for the counts."""
    await _lock(work, customer)
    for table in (*INDEXES, participants):
        await work.execute(sa.delete(table).where(*_of(work, table, "customer_id", customer)))
    for column in ("from_id", "to_id"):
        await work.execute(
            sa.delete(relationships).where(*_of(work, relationships, column, customer))
        )
    emptied: list[tuple[sa.Table, str, dict[str, Any]]] = [
        (interactions, "customer_id", {"sealed": None, "findings": None}),
        (opportunities, "customer_id", {"sealed": None}),
        (deal_registrations, "customer_id", {"sealed": None, "country": None}),
        (consents, "customer_id", {"method": "erased"}),
        (consent_events, "customer_id", {"method": None}),
        (customers, "id", _bare()),
        (members, "id", _nobody(customer)),
    ]
    for table, column, values in emptied:
        await work.execute(
            sa.update(table).where(*_of(work, table, column, customer)).values(values)
        )
    await _forget_commands(work, customer)


async def _lock(work: UnitOfWork, customer: str) -> None:
    """In the order of the ids, as whoever redacts texts locks them."""
    for table in (interactions, opportunities, deal_registrations):
        of = _of(work, table, "customer_id", customer)
        await work.execute(sa.select(table.c.id).where(*of).order_by(table.c.id).with_for_update())


async def _forget_commands(work: UnitOfWork, customer: str) -> None:
    """Replace the keyed hashes of the commands that made the person's records by chance.

    The keys stay used: repeating such a command is refused and does not bring the person back.
    """
    made = sa.union_all(
        sa.select(sa.literal(customer, customers.c.id.type)),
        *(
            sa.select(table.c.id).where(*_of(work, table, "customer_id", customer))
            for table in (interactions, opportunities, deal_registrations)
        ),
    )
    known = sa.delete(idempotency_keys).where(
        idempotency_keys.c.tenant_id == work.tenant, idempotency_keys.c.result_id.in_(made)
    )
    rows = (await work.execute(known.returning(idempotency_keys))).mappings().all()
    if rows:
        forgotten = [{**row, "request_hash": os.urandom(32)} for row in rows]
        await work.execute(sa.insert(idempotency_keys).values(forgotten))


def _nobody(member: str) -> dict[str, Any]:
    """Of a member of staff: whoever looks at what they did finds an id, and that they are gone."""
    return {"sealed": None, "active": False, "handle": f"erased-{member}"}


def _bare() -> dict[str, Any]:
    return {
        "sealed": None,
        "lifecycle": "PAST",
        "language": None,
        "time_zone": None,
        "country": None,
        "location": None,
        "tags": [],
    }


def _of(
    work: UnitOfWork, table: sa.Table, column: str, customer: str
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return table.c.tenant_id == work.tenant, table.c[column] == customer
