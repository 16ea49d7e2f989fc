"""Members of staff, taken in."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from domain.customers.contact_points import address
from domain.customers.validation import one_of, text, unmasked
from domain.directory.fields import MEMBER
from domain.errors import ConflictError, InvalidInputError
from domain.faults import Faults
from domain.importing.records import MemberRecord
from domain.importing.write.drafts import Draft, require
from domain.importing.write.kinds import Check, Ids, kept_references, present
from domain.importing.write.known import Known, Named
from domain.importing.write.stored import fetched
from domain.persistence.unit_of_work import UnitOfWork

ROLES = frozenset({"MEMBER", "MANAGER", "ADMIN"})
FIELDS = frozenset({"name", "email", "job_title"})


class Members:
    """The manager may stand in the same batch."""

    resource = MEMBER
    events = ("MemberCreated", "MemberUpdated")

    def named(self, record: MemberRecord) -> Iterable[Named]:
        if record.manager is not None:
            yield MEMBER, record.manager

    def draft(self, position: int, record: MemberRecord, known: Known) -> Draft:
        values = {k: v for k, v in record.values.items() if k != "external_references"}
        if unknown_fields := values.keys() - FIELDS:
            raise InvalidInputError("a member has no such field", (min(unknown_fields),))
        faults = Faults()
        row = present(
            handle=faults.of(text, "handle", record.handle, length_max=64),
            role=faults.of(one_of(ROLES), "role", record.role),
            department_id=faults.of(known.department, record.department),
        )
        links = () if record.manager is None else (("manager", record.manager),)
        sealed = {
            **(faults.of(_sealed, values) or {}),
            "external_references": faults.of(kept_references, record),
        }
        faults.settle()
        return Draft(position, record, record.reference, row, sealed, links)

    def settle(self, draft: Draft, ids: Ids) -> None:
        draft.row |= present(manager_id=next((ids.get(ref) for _, ref in draft.links), None))
        if draft.stored is None:
            draft.row["active"] = True

    def check(self, draft: Draft) -> None:
        require(draft, "handle", "role")

    async def gate(self, work: UnitOfWork, drafts: Sequence[Draft]) -> Check:
        table = MEMBER.table
        query = sa.select(table.c.handle, table.c.id).where(
            table.c.tenant_id == work.tenant,
            table.c.handle.in_([draft.row["handle"] for draft in drafts]),
        )
        holders: dict[str, str] = dict(await fetched(work, query))
        if work.trial is not None:
            holders |= work.trial.handles

        def check(draft: Draft) -> None:
            if holders.setdefault(draft.row["handle"], draft.id) != draft.id:
                raise ConflictError("another member has this handle", ("handle",))

        return check

    async def follow(self, _work: UnitOfWork, _drafts: Sequence[Draft], _ids: Ids) -> set[int]:
        return set()


def _sealed(values: dict[str, Any]) -> dict[str, Any]:
    faults, kept = Faults(), {}
    for name, value in values.items():
        if value is not None:
            kept[name] = faults.of(unmasked, name, value)
    if kept.get("email"):
        kept["email"] = faults.of(address, "email", str(kept["email"]))
    faults.settle()
    return kept
