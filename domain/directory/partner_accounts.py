"""Accounts of partners and suppliers: added by hand, deactivated, and activated again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.directory import PARTNER_ACCOUNT
from domain.tables import members, partner_accounts
from domain.validation.values import choices, one_of, text
from domain.values.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.values.refusals import absent
from domain.writing.permission import permit_any
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.checks import require_alive
from domain.writing.verbs.create import once
from policy.rules import Action

PARTNER, SUPPLIER = "PARTNER", "SUPPLIER"
_KINDS = choices(PARTNER_ACCOUNT.by_name["kind"])
HANDLE_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class AddPartnerAccount:
    """``customer_id`` is a supplier's own organisation, from which leads whom it supplies."""

    kind: str
    handle: str
    name: str
    customer_id: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class SwitchPartnerAccount:
    """Whether an account is let in. Its keys and tokens stay what they are, and hold only while it is."""

    account_id: str
    active: bool


async def add_partner_account(command: AddPartnerAccount, work: UnitOfWork) -> str:
    """The new account's id. It sees what rules give its kind, of what is assigned to it from now on.

    Raises ``ForbiddenError``, ``InvalidInputError``, ``NotFoundError`` for a customer whom the caller does
    not see, and ``ConflictError`` for a handle that is taken.
    """
    permit_any(work.caller, Action.ADMINISTER, PARTNER_ACCOUNT)
    return await once(work, command, partial(_added, command, work))


async def _added(command: AddPartnerAccount, work: UnitOfWork) -> str:
    row: dict[str, Any] = {
        "id": work.stores.new_id(),
        "kind": work.faults.of(one_of(_KINDS), "kind", command.kind),
        "handle": work.faults.of(text, "handle", command.handle, length_max=HANDLE_LENGTH_MAX),
        "name": work.faults.of(text, "name", command.name),
        "customer_id": command.customer_id,
        "active": True,
        "created_at": work.stores.now(),
    }
    with work.faults.noted():
        await _check_organisation(command, work)
    work.faults.settle()
    work.permit(Action.ADMINISTER, PARTNER_ACCOUNT, [row], ())
    await refuse_taken(row["handle"], work)
    await work.insert(partner_accounts, [{"tenant_id": work.tenant, **row}])
    fields = ("kind", "handle", "name", "customer", "active")
    work.happened(Event("PartnerAccountCreated", "partner_account", (row["id"],), (), fields))
    return str(row["id"])


async def switch_partner_account(command: SwitchPartnerAccount, work: UnitOfWork) -> str:
    """The account's id; to switch it to what it is changes nothing.

    Raises ``ForbiddenError``, and ``NotFoundError`` for an account that is not the caller's to administer.
    """
    permit_any(work.caller, Action.ADMINISTER, PARTNER_ACCOUNT)
    before = await _administered(command.account_id, work)
    after = {**before, "active": command.active}
    work.permit(Action.ADMINISTER, PARTNER_ACCOUNT, [after], ())
    if before != after:
        await work.execute(
            sa.update(partner_accounts)
            .where(*_is(work, command.account_id))
            .values(active=command.active)
        )
        name = "PartnerAccountActivated" if command.active else "PartnerAccountDeactivated"
        work.happened(Event(name, "partner_account", (command.account_id,), (), ("active",)))
    return command.account_id


async def account_called(handle: str, work: UnitOfWork) -> str:
    """The id of the account with that handle, active or not; raises ``NotFoundError``."""
    query = sa.select(partner_accounts.c.id).where(
        partner_accounts.c.tenant_id == work.tenant, partner_accounts.c.handle == handle
    )
    id_ = (await work.execute(query)).scalar_one_or_none()
    if id_ is None:
        raise absent(PARTNER_ACCOUNT.name, "handle")
    return str(id_)


async def _administered(id_: str, work: UnitOfWork) -> dict[str, Any]:
    """The account, locked; one that the caller may not administer is not there."""
    query = sa.select(partner_accounts).where(*_is(work, id_)).with_for_update()
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    try:
        work.permit(Action.ADMINISTER, PARTNER_ACCOUNT, rows, ())
    except ForbiddenError:
        rows = []
    if not rows:
        raise absent(PARTNER_ACCOUNT.name, "id")
    return rows[0]


def _is(work: UnitOfWork, id_: str) -> tuple[sa.ColumnElement[bool], ...]:
    return partner_accounts.c.tenant_id == work.tenant, partner_accounts.c.id == id_


async def _check_organisation(command: AddPartnerAccount, work: UnitOfWork) -> None:
    if (command.customer_id is not None) is not (command.kind == SUPPLIER):
        message = "a supplier names its own organisation, and a partner none"
        raise InvalidInputError(message, ("customer_id",))
    if command.customer_id is not None:
        stored = await work.visible(CUSTOMER, command.customer_id, "customer_id")
        require_alive(stored, "customer_id")


async def refuse_taken(handle: str, work: UnitOfWork) -> None:
    """Members and accounts sign in by the same names."""
    for table in (members, partner_accounts):
        if await handles_taken(work, table, [handle]):
            raise handle_taken()


async def handles_taken(work: UnitOfWork, table: sa.Table, handles: Sequence[str]) -> set[str]:
    """Those of the handles that members, or partner accounts, have already, or would have by now."""
    of = (table.c.tenant_id == work.tenant, table.c.handle.in_(handles))
    found = set((await work.execute(sa.select(table.c.handle).where(*of))).scalars())
    if work.trial is not None:
        tried = work.trial.handles if table is members else work.trial.accounts
        found |= tried.keys() & set(handles)
    return found


def handle_taken() -> ConflictError:
    """A member or a partner account has the handle."""
    return ConflictError("the handle is taken", ("handle",), code="HANDLE_TAKEN")
