"""Members of staff, imported."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from domain.directory.administrators import active_administrators, last_administrator
from domain.directory.partner_accounts import handle_taken, handles_taken
from domain.entities.directory import MEMBER
from domain.importing.records.records import MemberRecord, cell_fields
from domain.importing.write.drafts.draft import Draft, require
from domain.importing.write.drafts.reference_cache import Named, ReferenceCache
from domain.importing.write.import_kinds import Check, Ids, kept_references, present
from domain.tables import partner_accounts
from domain.validation.contact_points import address
from domain.validation.values import choices, one_of, text, unmasked
from domain.values.errors import ConflictError, InvalidInputError, SuppressedError
from domain.values.faults import Faults
from domain.writing.stored_rows import fetched
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.hooks import defaults
from policy.subjects.principals import Role

_ROLES = choices(MEMBER.by_name["role"])
_FIELDS = cell_fields(MEMBER)


class Members:
    """The manager may stand in the same batch."""

    resource = MEMBER
    events = ("MemberCreated", "MemberUpdated")

    def named(self, record: MemberRecord) -> Iterable[Named]:
        if record.manager is not None:
            yield MEMBER, record.manager

    def draft(self, position: int, record: MemberRecord, known: ReferenceCache) -> Draft:
        values = {k: v for k, v in record.values.items() if k != "external_references"}
        if unknown_fields := values.keys() - _FIELDS.keys():
            raise InvalidInputError("a member has no such field", (min(unknown_fields),))
        faults = Faults()
        row = present(
            handle=faults.of(text, "handle", record.handle, length_max=64),
            role=faults.of(one_of(_ROLES), "role", record.role),
            department_id=faults.of(known.department, record.department),
            active=faults.of(_flag, values.pop("active", None)),
        )
        links = () if record.manager is None else (("manager", record.manager),)
        sealed = {
            **(faults.of(_sealed, values) or {}),
            "external_references": faults.of(kept_references, record),
        }
        faults.settle()
        return Draft(position, record, record.reference, row, sealed, links)

    def resolve(self, draft: Draft, ids: Ids) -> None:
        draft.row |= present(manager_id=next((ids.get(ref) for _, ref in draft.links), None))
        if draft.stored is None:
            draft.row = {**defaults(MEMBER), **draft.row}

    def check(self, draft: Draft) -> None:
        require(draft, MEMBER, "handle", "role")

    async def precheck(self, work: UnitOfWork, drafts: Sequence[Draft]) -> Check:
        table = MEMBER.table
        query = sa.select(table.c.handle, table.c.id).where(
            table.c.tenant_id == work.tenant,
            table.c.handle.in_([draft.row["handle"] for draft in drafts]),
        )
        holders: dict[str, str] = dict(await fetched(work, query))
        if work.trial is not None:
            holders |= work.trial.handles
        accounts = await handles_taken(
            work, partner_accounts, [d.row["handle"] for d in drafts if "handle" in d.changed]
        )
        leaving = await _leaving_nobody(work, drafts)
        erased = await _erased(work, drafts)

        def check(draft: Draft) -> None:
            if draft.id in erased:
                message = "the member was erased and may not be taken in again"
                raise SuppressedError(message, ("external_references",))
            if draft.id in leaving:
                raise last_administrator("active" if draft.row["role"] == Role.ADMIN else "role")
            if "handle" in draft.changed and draft.row["handle"] in accounts:
                raise handle_taken()
            if holders.setdefault(draft.row["handle"], draft.id) != draft.id:
                raise ConflictError("another member has this handle", ("handle",))

        return check

    async def after_write(self, _work: UnitOfWork, _drafts: Sequence[Draft], _ids: Ids) -> set[int]:
        return set()


def _flag(value: Any) -> bool | None:
    """Nothing where nothing is said."""
    if value is not None and not isinstance(value, bool):
        raise InvalidInputError("it must be true or false", ("active",))
    return value


async def _leaving_nobody(work: UnitOfWork, drafts: Sequence[Draft]) -> frozenset[str]:
    """The administrators who would go, where none would be left."""
    if all(draft.stored is None for draft in drafts):
        return frozenset()
    active = await active_administrators(work)
    stays = {draft.id: draft.row["active"] and draft.row["role"] == Role.ADMIN for draft in drafts}
    left = {id_ for id_ in active if stays.get(id_, True)} | {id_ for id_ in stays if stays[id_]}
    return frozenset() if left else active


async def _erased(work: UnitOfWork, drafts: Sequence[Draft]) -> set[str]:
    """Who comes back under a reference that somebody had who was erased."""
    found = set()
    for draft in drafts:
        if draft.stored is None:
            try:
                await refuse_suppressed(work, draft.sealed, None, id_=draft.id, resource=MEMBER)
            except SuppressedError:
                found.add(draft.id)
    return found


def _sealed(values: dict[str, Any]) -> dict[str, Any]:
    faults, kept = Faults(), {}
    for name, value in values.items():
        if value is not None:
            kept[name] = faults.of(unmasked, name, value)
    if kept.get("email"):
        kept["email"] = faults.of(address, "email", str(kept["email"]))
    faults.settle()
    return kept
