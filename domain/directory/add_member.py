"""New member of staff: added by hand, where no directory or list of staff is imported."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from domain.directory.add_department import department_called
from domain.directory.administrators import active_administrators
from domain.directory.partner_accounts import HANDLE_LENGTH_MAX, refuse_taken
from domain.entities.directory import MEMBER
from domain.tables import tenants
from domain.validation.contact_points import address
from domain.validation.values import one_of, text
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import Event, UnitOfWork

ADMIN = "ADMIN"
ROLES = frozenset({"MEMBER", "MANAGER", ADMIN})
SEALED = ("name", "email", "job_title")


@dataclass(frozen=True, slots=True)
class AddMember:
    """``department`` is a code; an administrator is bound to none. ``values`` by declared sealed field."""

    handle: str
    role: str
    department: str | None
    values: Mapping[str, str]


async def add_member(command: AddMember, work: UnitOfWork) -> str:
    """The new member's id; raises ``InvalidInputError``, and ``ConflictError`` for a handle that is taken.

    Who adds is Farley itself, for an operator: no rule is asked.
    """
    handle = text("handle", command.handle, length_max=HANDLE_LENGTH_MAX)
    role = one_of(ROLES)("role", command.role)
    department = await _department(command.department, role, work)
    sealed = {name: text(name, value) for name, value in command.values.items()}
    if "email" in sealed:
        sealed["email"] = address("email", sealed["email"])
    await refuse_taken(handle, work)
    id_, now = work.stores.new_id(), work.stores.now()
    row = {
        "id": id_,
        "handle": handle,
        "role": role,
        "department_id": department,
        "active": True,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    await work.stores.vault.create_keys(work.tenant, [id_])
    await work.records.add(MEMBER, row, sealed)
    written = ("handle", "role", "department", *sealed)
    work.happened(Event("MemberCreated", MEMBER.name, (id_,), (id_,), written))
    return id_


async def has_administrator(work: UnitOfWork) -> bool:
    """Whether somebody administers the tenant; until the transaction ends nobody else asks."""
    lock = sa.select(tenants.c.tenant_id).where(tenants.c.tenant_id == work.tenant)
    await work.execute(lock.with_for_update())
    return bool(await active_administrators(work))


async def _department(code: str | None, role: str, work: UnitOfWork) -> str | None:
    if code is None:
        if role == ADMIN:
            return None
        raise InvalidInputError("who is no administrator has a department", ("department",))
    return await department_called(work, code, "department")
