"""Consents, taken in with the customer who gave them.

What a person said last holds: a consent that stands here is changed only by one that was given or
withdrawn later, so that running an old file again revives nothing that was withdrawn meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.catalogue import Values
from domain.customers.fields import CONSENT
from domain.customers.validation import one_of, text
from domain.errors import InvalidInputError
from domain.importing.records import CustomerRecord
from domain.importing.write.drafts import Draft
from domain.importing.write.loading import insert_rows, replace_rows
from domain.persistence.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from privacy.purposes import PURPOSES

STATUSES = frozenset({"GRANTED", "WITHDRAWN"})
TIMES = ("given_at", "withdrawn_at", "expires_at")
METHOD = "import"

Key = tuple[str, str]


def checked_consents(consents: Sequence[Values], now: datetime) -> None:
    """Raise ``InvalidInputError`` for a consent that cannot be."""
    for consent in consents:
        purpose = PURPOSES.get(consent.get("purpose", ""))
        if purpose is None or not purpose.needs_consent:
            raise InvalidInputError(
                "no purpose that rests on consent has that name", ("consents", "purpose")
            )
        one_of(STATUSES)("consents", consent.get("status", "GRANTED"))
        text("consents", consent.get("method", METHOD))
        if any(moment > now for name in TIMES[:2] if (moment := consent.get(name)) is not None):
            raise InvalidInputError("a consent cannot lie in the future", ("consents",))


async def follow_consents(work: UnitOfWork, drafts: Sequence[Draft]) -> set[int]:
    """Add the consents that are not there yet, and change those that were followed by another."""
    given = {
        (draft.id, consent["purpose"]): (draft.position, consent)
        for draft in drafts
        if isinstance(draft.record, CustomerRecord)
        for consent in draft.record.consents
    }
    stored = [draft.id for draft in drafts if draft.stored is not None and given]
    existing = await _existing(work, stored)
    new = [_row(work, key, values) for key, (_, values) in given.items() if key not in existing]
    later = [
        _changed(work, existing[key], values)
        for key, (_, values) in given.items()
        if key in existing and _is_later(existing[key], values)
    ]
    await _write(work, new, [existing[_key(row)] for row in later], later)
    return {given[_key(row)][0] for row in (*new, *later)}


async def _write(
    work: UnitOfWork,
    new: Sequence[dict[str, Any]],
    before: Sequence[Values],
    later: Sequence[dict[str, Any]],
) -> None:
    fields = ("status", "method", "expires_at")
    for action, rows in ((Action.CREATE, new), (Action.UPDATE, (*before, *later))):
        if rows:
            work.permit(action, CONSENT, rows, fields)
    await insert_rows(work, CONSENT.table, new)
    await replace_rows(work, CONSENT.table, later)
    for status, name in (("GRANTED", "ConsentGranted"), ("WITHDRAWN", "ConsentWithdrawn")):
        rows = [row for row in (*new, *later) if row["status"] == status]
        if rows:
            subjects = tuple(dict.fromkeys(row["customer_id"] for row in rows))
            work.happened(Event(name, "customer", tuple(row["id"] for row in rows), subjects))


async def _existing(work: UnitOfWork, customers: Sequence[str]) -> dict[Key, Values]:
    if not customers:
        return {}
    table = CONSENT.table
    query = (
        sa.select(table)
        .where(
            table.c.tenant_id == work.tenant,
            table.c.customer_id == sa.any_(sa.literal(list(customers), ARRAY(UUID(as_uuid=False)))),
        )
        .order_by(table.c.id)
        .with_for_update()
    )
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    return {_key(row): row for row in rows}


def _key(row: Values) -> Key:
    return row["customer_id"], row["purpose"]


def _row(work: UnitOfWork, key: Key, values: Values) -> dict[str, Any]:
    now = work.stores.now()
    return {
        "id": work.stores.new_id(),
        "customer_id": key[0],
        "purpose": key[1],
        "status": values.get("status", "GRANTED"),
        "method": values.get("method", METHOD),
        "given_at": values.get("given_at")
        or (now if values.get("status") != "WITHDRAWN" else None),
        "withdrawn_at": values.get("withdrawn_at")
        or (now if values.get("status") == "WITHDRAWN" else None),
        "expires_at": values.get("expires_at"),
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _changed(work: UnitOfWork, stored: Values, values: Values) -> dict[str, Any]:
    given = {name: values.get(name) for name in TIMES}
    row = {k: v for k, v in stored.items() if k != "tenant_id"}
    return row | {
        **given,
        "given_at": given["given_at"] or row["given_at"],
        "status": values.get("status", "GRANTED"),
        "method": values.get("method", METHOD),
        "version": row["version"] + 1,
        "updated_at": work.stores.now(),
    }


def _is_later(stored: Values, values: Values) -> bool:
    then, now = (_latest(stored), _latest(values))
    return now is not None and (then is None or now > then)


def _latest(values: Values) -> datetime | None:
    moments = [values.get(name) for name in TIMES[:2]]
    return max((moment for moment in moments if moment is not None), default=None)
