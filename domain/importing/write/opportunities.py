"""Opportunities, imported where they stand, with the stages they went through."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.opportunities import OPPORTUNITY, STAGE_CHANGE
from domain.importing.records.records import OpportunityRecord, cell_fields
from domain.importing.write.drafts.draft import Draft, require
from domain.importing.write.drafts.reference_cache import Named, ReferenceCache
from domain.importing.write.import_kinds import (
    Check,
    Ids,
    kept_references,
    nothing_to_check,
    own_references,
    present,
)
from domain.opportunities.entities import at_stage
from domain.validation.values import TEXT_LENGTH_MAX, text
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.values.money import Money
from domain.writing.bulk_rows import insert_rows
from domain.writing.unit_of_work import UnitOfWork

_FIELDS = cell_fields(OPPORTUNITY)
_PLAIN = tuple(name for name, field in _FIELDS.items() if not field.is_sealed)


class Opportunities:
    """The allowed transitions do not bind what happened elsewhere."""

    resource = OPPORTUNITY
    events = ("OpportunityCreated", "OpportunityUpdated")

    def named(self, record: OpportunityRecord) -> Iterable[Named]:
        yield CUSTOMER, record.customer
        if record.owner is not None:
            yield MEMBER, record.owner

    def draft(self, position: int, record: OpportunityRecord, known: ReferenceCache) -> Draft:
        values = {k: v for k, v in record.values.items() if k != "external_references"}
        if unknown_fields := values.keys() - _FIELDS.keys():
            raise InvalidInputError("an opportunity has no such field", (min(unknown_fields),))
        row = {name: values[name] for name in _PLAIN if name in values}
        faults = Faults()
        row |= faults.of(_placed, record, known) or {}
        faults.of(_money_of, row, Money.check)
        faults.of(_check_moments, row, known.now)
        row |= present(
            customer_id=faults.of(known.customer, record.customer),
            owner_id=faults.of(known.member, record.owner, "owner"),
            department_id=faults.of(known.department, record.department),
            partner_account_id=faults.of(known.partner_account, record.partner_account),
        )
        sealed = faults.of(_sealed, record, values) or {}
        history = () if "stage_id" not in row else faults.of(_history, record, known) or ()
        faults.settle()
        draft = Draft(position, record, record.reference, row, sealed)
        draft.history = history
        return draft

    def resolve(self, draft: Draft, _ids: Ids) -> None:
        """A closed opportunity has a moment in which it was closed."""
        row, before = draft.row, draft.before
        if row["status"] != "OPEN" and row.get("closed_at") is None:
            row.pop("closed_at", None)
            if before is None or before["stage_id"] != row["stage_id"]:
                row["closed_at"] = draft.history[-1][1]

    def check(self, draft: Draft) -> None:
        require(draft, OPPORTUNITY, "customer")
        if not draft.sealed.get("title"):
            raise InvalidInputError("it may not be empty", ("title",))
        if draft.stored is None and "created_at" not in draft.changed:
            # Of a deal of the past nobody told when it was opened: not after what is known of it.
            draft.row["created_at"] = min(draft.row["created_at"], draft.history[0][1])
        if draft.changed & {"amount", "currency", "closed_at", "expected_close"}:
            # What stands there from older versions may have more places.
            _money_of(draft.row, Money.check_day)

    async def precheck(self, _work: UnitOfWork, _drafts: Sequence[Draft]) -> Check:
        return nothing_to_check

    async def after_write(self, work: UnitOfWork, drafts: Sequence[Draft], _ids: Ids) -> set[int]:
        await _moved(work, drafts)
        rows = [row for draft in drafts for row in _stage_changes(work, draft)]
        await insert_rows(work, STAGE_CHANGE.table, rows)
        return set()


async def _moved(work: UnitOfWork, drafts: Sequence[Draft]) -> None:
    """The history of an opportunity goes with it to another customer: whose it is decides who sees it."""
    table = STAGE_CHANGE.table
    for draft in drafts:
        customer = draft.row["customer_id"]
        if work.trial is None and draft.before and draft.before["customer_id"] != customer:
            await work.execute(
                sa.update(table)
                .where(table.c.tenant_id == work.tenant, table.c.opportunity_id == draft.id)
                .values(customer_id=customer)
            )


def _placed(record: OpportunityRecord, known: ReferenceCache) -> dict[str, Any]:
    """What follows from the stage. An open opportunity has not closed: many lists have one column for the
    day on which a deal closed or should close.
    """
    stage = known.stage(record.pipeline, record.stage)
    reason = record.values.get("lost_reason")
    columns = at_stage(stage, known.now, lost_reason=reason)
    is_open = columns["closed_at"] is None
    return {
        "pipeline_id": stage.pipeline_id,
        **{k: v for k, v in columns.items() if k != "closed_at" or is_open},
    }


def _money_of(row: Values, check: Callable[[Money, date | None], None]) -> None:
    amount, currency = row.get("amount"), row.get("currency")
    if (amount is None) is not (currency is None):
        raise InvalidInputError("an amount and a currency go together", ("amount",))
    if amount is not None and currency is not None:
        closed = row.get("closed_at")
        check(Money(amount, currency), closed.date() if closed else row.get("expected_close"))


def _check_moments(row: Values, now: datetime) -> None:
    faults, closed, opened = Faults(), row.get("closed_at"), row.get("created_at")
    for name, moment in (("closed_at", closed), ("created_at", opened)):
        if moment is not None and moment > now:
            faults.note(InvalidInputError("it cannot lie in the future", (name,)))
    if closed and opened and _is_day_before(closed, opened):
        message = "a deal closes on the day on which it was opened (created_at), or later"
        faults.note(InvalidInputError(message, ("closed_at",)))
    faults.settle()


def _is_day_before(one: datetime, other: datetime) -> bool:
    """Whatever calendar is asked: of a day nobody told the hour, and each may be in a zone of its own."""
    zones = (one.tzinfo, other.tzinfo)
    return all(one.astimezone(z).date() < other.astimezone(z).date() for z in zones)


def _sealed(record: OpportunityRecord, values: Values) -> dict[str, Any]:
    kept: dict[str, Any] = {"external_references": kept_references(record)}
    if "title" in values:
        kept["title"] = text("title", values["title"] or "")
    reason = values.get("lost_reason")
    kept["lost_reason"] = reason and text("lost_reason", reason, length_max=TEXT_LENGTH_MAX)
    return kept


def _history(record: OpportunityRecord, known: ReferenceCache) -> tuple[tuple[str, datetime], ...]:
    """The stages it went through, the present one last: (stage id, when). What was open when it came the
    last time reached its stage since; of what is new nobody tells more than when it was opened.
    """
    history = [(known.stage(record.pipeline, n, "history").id, when) for n, when in record.history]
    stage = known.stage(record.pipeline, record.stage)
    if any(when > known.now for _, when in history):
        raise InvalidInputError("it cannot lie in the future", ("history",))
    if not history or history[-1][0] != stage.id:
        values = record.values
        is_known = any((OPPORTUNITY, one) in known.ids for one in own_references(record))
        opened = None if is_known else values.get("created_at")
        closed = None if stage.outcome == "OPEN" else values.get("closed_at")
        history.append((stage.id, closed or opened or known.now))
    return tuple(history)


def _stage_changes(work: UnitOfWork, draft: Draft) -> list[dict[str, Any]]:
    """All of a new opportunity's history; of a stored one's, the step to another stage."""
    before = draft.before
    steps: Sequence[tuple[str, datetime]] = draft.history
    if before is not None:
        steps = draft.history[-1:] if before["stage_id"] != draft.row["stage_id"] else ()
    earlier = before["stage_id"] if before is not None else None
    rows = []
    for stage, when in steps:
        rows.append(
            {
                "id": work.stores.new_id(),
                "opportunity_id": draft.id,
                "customer_id": draft.row["customer_id"],
                "from_stage_id": earlier,
                "to_stage_id": stage,
                "changed_at": when,
            }
        )
        earlier = stage
    return rows
