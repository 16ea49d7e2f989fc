"""Consents, imported with the customer who gave them.

What a person said last holds (``domain.consents.statements``): a withdrawal without a date counts from its
arrival, and no grant counts that cannot be shown to be later than the withdrawal that stands.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.consents.history import IMPORT, Said, begun, current_consents, write_events
from domain.consents.statements import (
    ENDS,
    GRANTED,
    WITHDRAWN,
    is_withdrawal,
    require_order,
    statements_of,
)
from domain.declaration.field import Values
from domain.entities.consents import CONSENT
from domain.importing.records.records import CustomerRecord
from domain.importing.write.drafts.draft import Draft
from domain.validation.values import choices, one_of, text
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.bulk_rows import insert_rows, replace_rows
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from privacy.purposes import PURPOSES

STATUSES = choices(CONSENT.by_name["status"])
TIMES = ("given_at", "withdrawn_at")
METHOD = "import"

Key = tuple[str, str]


def require_status(consent: Values) -> None:
    """Raise ``InvalidInputError`` for a status that is empty or not understood: it grants nothing."""
    if consent.get("status") is None:
        raise InvalidInputError("it may not be empty", ("consents", "status"))
    one_of(STATUSES)("consents", consent["status"])


def kept_consents(consents: Sequence[Values], now: datetime) -> tuple[Values, ...]:
    """Consents as they are kept; raises ``InvalidInputError`` for one that cannot be."""
    faults = Faults()
    kept = [faults.of(_kept, consent, now) or {} for consent in consents]
    faults.settle()
    return tuple(kept)


def _kept(consent: Values, now: datetime) -> Values:
    purpose = PURPOSES.get(consent.get("purpose", ""))
    if purpose is None or not purpose.needs_consent:
        message = "no purpose that rests on consent has that name"
        raise InvalidInputError(message, ("consents", "purpose"))
    faults, method = Faults(), None
    with faults.noted("consents", "status"):
        require_status(consent)
    with faults.noted("consents", "method"):
        method = text("consents", consent.get("method", METHOD))
    for name in TIMES:
        if consent.get(name) is not None and consent[name] > now:
            message = "a consent cannot lie in the future"
            faults.note(InvalidInputError(message, ("consents", name)))
    faults.of(require_order, consent.get("given_at"), consent.get(ENDS), ("consents", ENDS))
    faults.settle()
    return {**consent, "method": method}


def withdrawals_of(record: CustomerRecord, now: datetime) -> CustomerRecord | None:
    """What is left of a record that is refused: a withdrawal counts, wherever it stands. Of one that lies
    in the future it counts that it was said.
    """
    withdrawn = withdrawn_in(record.consents, now)
    return CustomerRecord(record.reference, {}, consents=withdrawn) if withdrawn else None


def withdrawn_in(consents: Sequence[Values], now: datetime) -> tuple[Values, ...]:
    """Those that withdraw, without what is wrong with them."""
    past = ({n: v for n, v in one.items() if n not in TIMES or v <= now} for one in consents)
    withdrawn = [_without_wrong(one, now) for one in past if is_withdrawal(one)]
    return tuple(one for one in withdrawn if {"purpose", "status"} <= one.keys())


def _without_wrong(consent: Values, now: datetime) -> Values:
    """Of an end before the beginning either may be wrong."""
    try:
        return _kept(consent, now)
    except InvalidInputError as error:
        wrong = {fault.path[-1] for fault in error.faults}
    wrong |= {"given_at"} if ENDS in wrong else set()
    return {n: v for n, v in consent.items() if n not in wrong}


async def consents_after_write(work: UnitOfWork, drafts: Sequence[Draft]) -> set[int]:
    """Take in what the people of the drafts say; the positions of those of whom something counted."""
    given = [
        (draft.position, (draft.id, consent["purpose"]), consent)
        for draft in drafts
        if isinstance(draft.record, CustomerRecord)
        for consent in draft.record.consents
    ]
    if not given:
        return set()
    before = await _existing(work, [draft.id for draft in drafts if draft.stored is not None])
    current = await current_consents(work, list(before.values()))
    said: dict[Key, Said] = {}
    counted: set[int] = set()
    for position, key, consent in given:
        if key not in said and key in before:
            row = dict(before[key])
            said[key] = Said(work, IMPORT, row, current[row["id"]])
        one = said.setdefault(key, begun(work, IMPORT, *key))
        if sum(one.take(statement) for statement in statements_of(consent, METHOD)):
            counted.add(position)
    await _write(work, before, {key: one for key, one in said.items() if one.events})
    return counted


async def _write(work: UnitOfWork, before: Mapping[Key, Values], said: Mapping[Key, Said]) -> None:
    new = [one.row for key, one in said.items() if key not in before]
    later = [
        {**one.row, "version": one.row["version"] + 1} for key, one in said.items() if key in before
    ]
    replaced = [before[key] for key in said if key in before]
    fields = ("status", "method", "expires_at")
    for action, rows in ((Action.CREATE, new), (Action.UPDATE, (*replaced, *later))):
        if rows:
            work.permit(action, CONSENT, rows, fields)
    await insert_rows(work, CONSENT.table, new)
    await replace_rows(work, CONSENT.table, later)
    await write_events(work, said.values())
    for status, name in ((GRANTED, "ConsentGranted"), (WITHDRAWN, "ConsentWithdrawn")):
        rows = [one.row for one in said.values() if one.row["status"] == status]
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
    return {(row["customer_id"], row["purpose"]): _plain(row) for row in rows}


def _plain(row: Values) -> Values:
    return {name: value for name, value in row.items() if name != "tenant_id"}
