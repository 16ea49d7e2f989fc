"""Partner accounts, imported by their handles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.declaration.field import Values
from domain.directory.partner_accounts import handle_taken, handles_taken
from domain.entities.customers import CUSTOMER
from domain.entities.directory import PARTNER_ACCOUNT
from domain.importing.records.records import PartnerAccountRecord
from domain.importing.records.results import BatchResult, Rejects
from domain.importing.write.drafts.reference_cache import ReferenceCache, load_reference_cache
from domain.importing.write.import_kinds import check_reference
from domain.tables import members
from domain.validation.values import choices, one_of, text
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action

_FIELDS = tuple(field.name for field in PARTNER_ACCOUNT.imported)
_KINDS = choices(PARTNER_ACCOUNT.by_name["kind"])


async def upsert_partner_accounts(
    work: UnitOfWork, records: Sequence[tuple[int, PartnerAccountRecord]]
) -> BatchResult:
    """Add or change partner accounts; there are few, so they are written one by one."""
    rejects, result = Rejects(), BatchResult()
    records = [(one.position, one.record) for one in rejects.drawn(records, _sound)]
    named = [(CUSTOMER, record.customer) for _, record in records if record.customer is not None]
    known = await load_reference_cache(work, named)
    existing = await _existing(work)
    drafts = rejects.drawn(records, lambda at, record: _Draft(at, _given(record, known)))
    new = [one.row["handle"] for one in drafts if one.row["handle"] not in existing]
    taken = await handles_taken(work, members, new)
    drafts = rejects.kept(drafts, lambda draft: _require_free(draft, taken))
    for draft in drafts:
        result += await _write(work, existing, draft.row)
    return result + BatchResult(rejected=tuple(rejects.found))


@dataclass(frozen=True, slots=True)
class _Sound:
    position: int
    record: PartnerAccountRecord


@dataclass(frozen=True, slots=True)
class _Draft:
    position: int
    row: dict[str, Any]


def _sound(position: int, record: PartnerAccountRecord) -> _Sound:
    if record.customer is not None:
        check_reference(record.customer)
    return _Sound(position, record)


def _given(record: PartnerAccountRecord, known: ReferenceCache) -> dict[str, Any]:
    return {
        "kind": one_of(_KINDS)("kind", record.kind),
        "handle": text("handle", record.handle, length_max=64),
        "name": text("name", record.name),
        "customer_id": record.customer and known.customer(record.customer),
    }


def _require_free(draft: _Draft, taken: set[str]) -> None:
    if draft.row["handle"] in taken:
        raise handle_taken()


async def _existing(work: UnitOfWork) -> dict[str, Values]:
    table = PARTNER_ACCOUNT.table
    query = sa.select(table).where(table.c.tenant_id == work.tenant).with_for_update()
    found: dict[str, Values] = {
        row["handle"]: dict(row) for row in (await work.execute(query)).mappings()
    }
    return found if work.trial is None else found | work.trial.accounts


async def _write(
    work: UnitOfWork, existing: dict[str, Values], given: dict[str, Any]
) -> BatchResult:
    """Write one account, and remember it: a later record of the batch may have the same handle."""
    table, before = PARTNER_ACCOUNT.table, existing.get(given["handle"])
    if before is None:
        row = {"id": work.stores.new_id(), **given, "active": True, "created_at": work.stores.now()}
        work.permit(Action.CREATE, PARTNER_ACCOUNT, [row], _FIELDS)
        await _execute(work, sa.insert(table).values(tenant_id=work.tenant, **row), row)
        existing[row["handle"]] = {**row, "tenant_id": work.tenant}
        work.happened(Event("PartnerAccountCreated", "partner_account", (row["id"],), (), _FIELDS))
        return BatchResult(created=1)
    after = {**before, **{name: value for name, value in given.items() if value is not None}}
    if after == before:
        return BatchResult(unchanged=1)
    work.permit(Action.UPDATE, PARTNER_ACCOUNT, [before, after], _FIELDS)
    where = (table.c.tenant_id == work.tenant, table.c.id == before["id"])
    await _execute(work, sa.update(table).where(*where).values(after), after)
    existing[after["handle"]] = after
    work.happened(Event("PartnerAccountUpdated", "partner_account", (before["id"],), (), _FIELDS))
    return BatchResult(updated=1)


async def _execute(work: UnitOfWork, statement: sa.Executable, row: dict[str, Any]) -> None:
    if work.trial is None:
        await work.execute(statement)
    else:
        work.trial.accounts[row["handle"]] = row
