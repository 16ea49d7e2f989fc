"""Consent history: each statement that counts is an event, and the consent's row is their projection.

Mutations and imports write both by ``Said``, and nothing else writes either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.consents.statements import (
    GRANTED,
    WITHDRAWN,
    ConsentStatement,
    CurrentConsent,
    changed,
    counts,
)
from domain.declaration.field import Values
from domain.tables import consent_events
from domain.writing.unit_of_work import UnitOfWork

API, IMPORT = "API", "IMPORT"
WITHOUT_GRANT = "withdrawal"
"""The method of a consent that was withdrawn before it was ever given."""


@dataclass(slots=True)
class Said:
    """One consent with what is said of it, in the order of arrival; ``row`` is what follows from all."""

    work: UnitOfWork
    source: str
    row: dict[str, Any]
    current: CurrentConsent | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    def take(self, said: ConsentStatement) -> bool:
        """Take a statement in if it counts against what stands; whether it does."""
        if not counts(said, self.current):
            return False
        now = self.work.stores.now()
        self.row = changed(self.row, said, now)
        self.current = CurrentConsent(said.status, said.at or now, said.at is not None)
        self.note(said, now)
        return True

    def note(self, said: ConsentStatement, now: datetime) -> None:
        """Write a statement down, whatever stands."""
        principal = self.work.caller.principal
        self.events.append(
            {
                "tenant_id": self.work.tenant,
                "id": self.work.stores.new_id(),
                "consent_id": self.row["id"],
                "customer_id": self.row["customer_id"],
                "purpose": self.row["purpose"],
                "status": said.status,
                "method": said.method,
                "at": said.at or now,
                "dated": said.at is not None,
                "expires_at": said.expires_at,
                "author_id": principal.member_id,
                "source": self.source,
                "created_at": now,
            }
        )


def begun(work: UnitOfWork, source: str, customer: str, purpose: str) -> Said:
    """A consent of which nothing was said yet."""
    now = work.stores.now()
    row = {
        "id": work.stores.new_id(),
        "customer_id": customer,
        "purpose": purpose,
        "status": WITHDRAWN,
        "method": WITHOUT_GRANT,
        "given_at": None,
        "withdrawn_at": None,
        "expires_at": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    return Said(work, source, row)


async def write_events(work: UnitOfWork, said: Iterable[Said]) -> None:
    """Append the events of consents whose rows stand."""
    if events := [event for one in said for event in one.events]:
        await work.insert(consent_events, events)


async def current_consents(work: UnitOfWork, rows: Sequence[Values]) -> dict[str, CurrentConsent]:
    """What stands of each consent, by its id: from its row and from what was said of it."""
    table = consent_events
    ids = [row["id"] for row in rows]
    latest = sa.func.max(table.c.at)
    query = (
        sa.select(
            table.c.consent_id,
            latest.filter(table.c.status == WITHDRAWN).label("gone"),
            latest.filter(table.c.status == GRANTED, sa.not_(table.c.dated)).label("undated"),
        )
        .where(
            table.c.tenant_id == work.tenant,
            table.c.consent_id == sa.any_(sa.literal(ids, ARRAY(UUID(as_uuid=False)))),
        )
        .group_by(table.c.consent_id)
    )
    found = {row["consent_id"]: dict(row) for row in (await work.execute(query)).mappings()}
    return {row["id"]: _current(row, found.get(row["id"], {})) for row in rows}


def _current(row: Values, events: Values) -> CurrentConsent:
    if row["status"] == GRANTED:
        is_dated = row["given_at"] is not None and row["given_at"] != events.get("undated")
        return CurrentConsent(GRANTED, row["given_at"] or row["updated_at"], is_dated)
    moments = [at for at in (row["withdrawn_at"], events.get("gone")) if at is not None]
    return CurrentConsent(WITHDRAWN, max(moments, default=row["updated_at"]), is_dated=True)
