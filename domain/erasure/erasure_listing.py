"""Erasure listing for whoever runs the worker: ids, states and times, nothing of anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.read_erasure import erasure_id, may_erase
from domain.tables import customers, deal_registrations, erasures, members
from domain.values.errors import ForbiddenError
from domain.writing.unit_of_work import UnitOfWork

Entry = dict[str, Any]


async def listed_erasures(work: UnitOfWork, *, completed: bool = False) -> list[Entry]:
    """Those that are under way, the oldest first; with ``completed`` the others as well. Each with the id
    by which ``farley erase`` goes on with it. Raises ``ForbiddenError``.
    """
    if not may_erase(work):
        raise ForbiddenError("you may not delete a customer for this purpose")
    query = _query().where(erasures.c.tenant_id == work.tenant)
    if not completed:
        query = query.where(erasures.c.completed_at.is_(None))
    rows = await work.execute(query.order_by(erasures.c.requested_at, erasures.c.id))
    now = work.stores.now()
    return [_entry(dict(row), now) for row in rows.mappings()]


def _query() -> sa.Select[Any]:
    tenant, subject = erasures.c.tenant_id, erasures.c.customer_id
    deals = deal_registrations
    registration = (
        sa.select(deals.c.id)
        .where(deals.c.tenant_id == tenant, deals.c.customer_id == subject, deals.c.new_customer)
        .order_by(deals.c.id)
        .limit(1)
    )
    of = {"customer": customers, "member": members}
    return sa.select(
        erasures.c.id,
        erasures.c.step,
        erasures.c.customer_id,
        erasures.c.requested_at,
        erasures.c.completed_at,
        registration.scalar_subquery().label("registration"),
        *(
            sa.exists().where(table.c.tenant_id == tenant, table.c.id == subject).label(name)
            for name, table in of.items()
        ),
    )


def _entry(row: Mapping[str, Any], now: datetime) -> Entry:
    done = row["completed_at"]
    waiting = None if done else max(0, int((now - row["requested_at"]).total_seconds()))
    return {
        "id": erasure_id(str(row["id"])),
        "state": row["step"],
        "person": _person(row),
        "requestedAt": row["requested_at"].isoformat(),
        "completedAt": done.isoformat() if done else None,
        "waitingSeconds": waiting,
    }


def _person(row: Mapping[str, Any]) -> str:
    if row["member"]:
        return f"{MEMBER.prefix}_{row['customer_id']}"
    if not row["customer"] and row["registration"]:
        return f"{DEAL_REGISTRATION.prefix}_{row['registration']}"
    return f"{CUSTOMER.prefix}_{row['customer_id']}"
