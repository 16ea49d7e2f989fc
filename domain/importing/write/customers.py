"""People and organisations, imported with their relationships and consents."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from domain.customers.create_customer import DEFAULTS
from domain.customers.prepare import kept, without_ids
from domain.customers.unseen_values import LISTS, not_all_seen, seen
from domain.entities.customers import CONTACT_POINTS, CUSTOMER
from domain.entities.directory import MEMBER
from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.write.consents import consents_after_write, kept_consents
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
from domain.importing.write.relationships import TYPES, relationships_after_write
from domain.storage.custom_labelled import FIELD, with_unseen
from domain.validation.contact_points import AllNumbers, Numbers, carried, numbers_there
from domain.validation.customers import named
from domain.validation.values import one_of
from domain.values.errors import InvalidInputError, SuppressedError
from domain.values.faults import Faults
from domain.values.refusals import erased
from domain.writing.records import Stored
from domain.writing.suppression import Mark, Tag, in_force, refuse_found, sought_marks
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.values import parted
from privacy.spellings.telephone import region_of
from privacy.tables import suppressions


class Customers:
    """Relationships may lead to customers of the same batch."""

    resource = CUSTOMER
    events = ("CustomerCreated", "CustomerUpdated")

    def named(self, record: CustomerRecord) -> Iterable[Named]:
        if record.owner is not None:
            yield MEMBER, record.owner
        for _, other in record.relationships:
            yield CUSTOMER, other

    def draft(self, position: int, record: CustomerRecord, known: ReferenceCache) -> Draft:
        given = {k: v for k, v in record.values.items() if k != "external_references"}
        if unknown_fields := given.keys() - CUSTOMER.by_name.keys():
            raise InvalidInputError("a customer has no such field", (min(unknown_fields),))
        faults, row, sealed = Faults(), dict[str, Any](), dict[str, Any]()
        with faults.noted():
            values = kept(
                without_ids(given),
                region_of(_country(record, known), known.region),
                known.custom_fields,
                undialled=_undialled(record, known),
            )
            row, sealed = parted(CUSTOMER, values)
        row |= present(
            department_id=faults.of(known.department, record.department),
            owner_id=faults.of(known.member, record.owner, "owner"),
            partner_account_id=faults.of(known.partner_account, record.partner_account),
        )
        sealed["external_references"] = faults.of(kept_references, record)
        if (moment := given.get("created_at")) is not None and moment > known.now:
            faults.note(InvalidInputError("it cannot lie in the future", ("created_at",)))
        consents = faults.of(kept_consents, record.consents, known.now) or ()
        links = []
        for type_, other in record.relationships:
            with faults.noted():
                links.append(_link(type_, other, known))
        faults.settle()
        given_ones = replace(record, consents=consents)
        draft = Draft(position, given_ones, record.reference, row, sealed, tuple(links))
        draft.purpose = known.purpose
        return draft

    def resolve(self, draft: Draft, ids: Ids) -> None:
        if any(ids.get(other) == draft.id for _, other in draft.links):
            raise InvalidInputError("nobody is related to themselves", ("relationships",))
        if draft.stored is None:
            draft.row = {**DEFAULTS, **draft.row}
            return
        if draft.stored.row["erased_at"] is not None:
            raise erased()
        stored = draft.stored.sealed
        for field in CONTACT_POINTS:
            if field in draft.sealed:
                points = carried(draft.stored.id, draft.sealed[field], stored.get(field))
                draft.sealed[field] = points
        if FIELD in draft.sealed and draft.purpose is not None:
            given = draft.sealed[FIELD] or ()
            draft.sealed[FIELD] = with_unseen(given, stored.get(FIELD), draft.purpose)

    def check(self, draft: Draft) -> None:
        require(draft, CUSTOMER, "kind", "lifecycle")
        named({**draft.row, **draft.sealed})

    async def precheck(self, work: UnitOfWork, drafts: Sequence[Draft]) -> Check:
        unseen, suppressed = await _unseen(work, drafts), await self._suppressed(work, drafts)

        def check(draft: Draft) -> None:
            if draft.id in unseen:
                raise not_all_seen(unseen[draft.id])
            suppressed(draft)

        return check

    async def _suppressed(self, work: UnitOfWork, drafts: Sequence[Draft]) -> Check:
        if not await _is_anybody_suppressed(work):
            return nothing_to_check
        by_draft = {draft.id: _sought(work, draft) for draft in drafts if draft.is_to_be_written}
        found = await in_force(work, {tag for tags in by_draft.values() for tag in tags})
        refused: dict[str, SuppressedError] = {}
        for id_, tags in by_draft.items():
            try:
                await refuse_found(work, [mark for tag, mark in tags.items() if tag in found], id_)
            except SuppressedError as error:
                refused[id_] = error

        def check(draft: Draft) -> None:
            if draft.id in refused:
                raise refused[draft.id]

        return check

    async def after_write(self, work: UnitOfWork, drafts: Sequence[Draft], ids: Ids) -> set[int]:
        return await relationships_after_write(work, drafts, ids) | await consents_after_write(
            work, drafts
        )


def _country(record: CustomerRecord, known: ReferenceCache) -> str | None:
    """Where numbers without a country are: where the record stands, unless a file says that it stands
    elsewhere, or nowhere.
    """
    if "country" in record.values:
        return None
    found = (one.row["country"] for one in _there(record, known))
    return next(filter(None, found), None)


def _undialled(record: CustomerRecord, known: ReferenceCache) -> Numbers:
    """The numbers that are kept though they cannot be dialled."""
    if known.keeps_impossible_numbers:
        return AllNumbers()
    there = _there(record, known) if known.sees_numbers else ()
    return frozenset[str]().union(*(numbers_there(one.sealed) for one in there))


def _there(record: CustomerRecord, known: ReferenceCache) -> list[Stored]:
    return [known.stored[one] for one in own_references(record) if one in known.stored]


async def _unseen(work: UnitOfWork, drafts: Sequence[Draft]) -> dict[str, str]:
    """The lists that drafts would replace, of which whoever imports does not see every entry, by draft."""
    found: dict[str, str] = {}
    if all(one.is_plain for one in work.caller.accesses[CUSTOMER.name].decisions.values()):
        return found
    for draft in drafts:
        lists = draft.changed & (LISTS | {*CONTACT_POINTS})
        if draft.stored is not None and lists:
            sees = await seen(work, draft.stored)
            for name in sorted(lists):
                if not sees.is_open(name):
                    found[draft.id] = name
    return found


def _link(type_: str, other: Reference, known: ReferenceCache) -> tuple[str, Reference]:
    one_of(TYPES)("relationships", type_)
    if (CUSTOMER, other) in known.ids:
        known.customer(other, "relationships")
    return "relationships", other


def _sought(work: UnitOfWork, draft: Draft) -> dict[Tag, Mark]:
    stored = draft.stored.sealed if draft.stored else None
    return sought_marks(work, draft.sealed, draft.row.get("country"), stored)


async def _is_anybody_suppressed(work: UnitOfWork) -> bool:
    query = sa.select(sa.exists().where(suppressions.c.tenant_id == work.tenant))
    return bool((await work.execute(query)).scalar_one())
