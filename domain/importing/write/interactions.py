"""Interactions, imported."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.interactions import INTERACTION, PARTICIPANT
from domain.importing.records.records import InteractionRecord, cell_fields
from domain.importing.write.drafts.draft import Draft, require
from domain.importing.write.drafts.reference_cache import Named, ReferenceCache
from domain.importing.write.import_kinds import (
    Check,
    Ids,
    forget_findings,
    kept_references,
    look_through,
    nothing_to_check,
    present,
)
from domain.interactions.record_interaction import (
    CLOCK_SKEW,
    DURATION_SECONDS_MAX,
    PARTICIPANTS_MAX,
    sealed_values,
)
from domain.partners.assign_partner import refuse_internal
from domain.validation.values import kept_value
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.bulk_rows import insert_rows
from domain.writing.stored_rows import fetched
from domain.writing.unit_of_work import UnitOfWork

_ENUMERATIONS = tuple(field for field in INTERACTION.fields if field.values)
_TEXTS = frozenset(INTERACTION.detected)
_FIELDS = cell_fields(INTERACTION)


class Interactions:
    """A text that is new or changed is looked through for personal data by the worker."""

    resource = INTERACTION
    events = ("InteractionRecorded", "InteractionUpdated")

    def named(self, record: InteractionRecord) -> Iterable[Named]:
        yield CUSTOMER, record.customer
        for other in record.participants:
            yield CUSTOMER, other
        if record.author is not None:
            yield MEMBER, record.author

    def draft(self, position: int, record: InteractionRecord, known: ReferenceCache) -> Draft:
        values = {k: v for k, v in record.values.items() if k != "external_references"}
        if unknown_fields := values.keys() - _FIELDS.keys():
            raise InvalidInputError("an interaction has no such field", (min(unknown_fields),))
        row = {k: v for k, v in values.items() if k not in _TEXTS}
        faults = Faults()
        _check_plain(row, known, faults)
        row |= present(
            customer_id=faults.of(known.customer, record.customer),
            author_id=faults.of(known.member, record.author, "author"),
            department_id=faults.of(known.department, record.department),
            partner_account_id=faults.of(known.partner_account, record.partner_account),
        )
        if len(record.participants) > PARTICIPANTS_MAX:
            message = f"there may be {PARTICIPANTS_MAX} participants"
            faults.note(InvalidInputError(message, ("participants",)))
        others = [
            faults.of(known.customer, other, "participants") or "" for other in record.participants
        ]
        sealed = faults.of(_sealed, record) or {}
        faults.settle()
        return Draft(position, record, record.reference, row, sealed, others=tuple(others))

    def resolve(self, _draft: Draft, _ids: Ids) -> None:
        return

    def check(self, draft: Draft) -> None:
        require(draft, INTERACTION, "channel", "direction", "occurred_at")
        if draft.changed & {"direction", "partner_account"}:
            refuse_internal(draft.row, "partner_account")
        forget_findings(draft, INTERACTION)

    async def precheck(self, _work: UnitOfWork, _drafts: Sequence[Draft]) -> Check:
        return nothing_to_check

    async def after_write(self, work: UnitOfWork, drafts: Sequence[Draft], _ids: Ids) -> set[int]:
        look_through(work, INTERACTION, drafts)
        return await _participants_after_write(work, drafts)


def _sealed(record: InteractionRecord) -> dict[str, Any]:
    texts = sealed_values(record.values.get("subject"), record.values.get("body"))
    given = {name: value for name, value in texts.items() if name in record.values}
    return {**given, "external_references": kept_references(record)}


def _check_plain(row: Values, known: ReferenceCache, faults: Faults) -> None:
    for field in _ENUMERATIONS:
        if row.get(field.name) is not None:
            faults.of(kept_value, field, row[field.name])
    for name in ("occurred_at", "created_at"):
        if (moment := row.get(name)) is not None and moment > known.now + CLOCK_SKEW:
            faults.note(InvalidInputError("an interaction cannot lie in the future", (name,)))
    if not 0 <= (row.get("duration_seconds") or 0) <= DURATION_SECONDS_MAX:
        message = "it must be between 0 seconds and 7 days"
        faults.note(InvalidInputError(message, ("duration_seconds",)))


async def _participants_after_write(work: UnitOfWork, drafts: Sequence[Draft]) -> set[int]:
    wanted = {(draft.id, other): draft.position for draft in drafts for other in draft.others}
    stored = [draft.id for draft in drafts if draft.stored is not None and draft.others]
    missing = wanted.keys() - await _existing(work, stored)
    rows = [
        {
            "id": work.stores.new_id(),
            "interaction_id": interaction,
            "customer_id": other,
            "created_at": work.stores.now(),
        }
        for interaction, other in sorted(missing)
    ]
    await insert_rows(work, PARTICIPANT.table, rows)
    return {wanted[pair] for pair in missing}


async def _existing(work: UnitOfWork, interactions: Sequence[str]) -> set[tuple[str, str]]:
    if not interactions:
        return set()
    table = PARTICIPANT.table
    query = sa.select(table.c.interaction_id, table.c.customer_id).where(
        table.c.tenant_id == work.tenant,
        table.c.interaction_id
        == sa.any_(sa.literal(list(interactions), ARRAY(UUID(as_uuid=False)))),
    )
    return set(map(tuple, await fetched(work, query)))
