"""Assignment of a customer, an opportunity or an interaction to a partner, and its end."""

from dataclasses import dataclass
from typing import Any

from domain.declaration.field import Values
from domain.directory.partner_accounts import PARTNER
from domain.entities.customers import CUSTOMER
from domain.entities.directory import PARTNER_ACCOUNT
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.values.errors import ConflictError, InvalidInputError
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.checks import Check, Target, changeable, permitting, require_alive
from policy.rules import Action

_WRITTEN = frozenset({"partner_account"})

ASSIGNED = (CUSTOMER, OPPORTUNITY, INTERACTION)
"""The entities whose records are assigned."""


@dataclass(frozen=True, slots=True)
class AssignPartner:
    """Without a partner account the record is taken back from the one that has it."""

    resource: str
    record_id: str
    expected_version: int
    partner_account_id: str | None = None


async def assign_partner(command: AssignPartner, work: UnitOfWork) -> str:
    """The record's id. To assign it where it is already changes nothing.

    Raises ``NotFoundError``, ``StaleVersionError``, ``ForbiddenError``, ``InvalidInputError`` and
    ``ConflictError`` (code INTERNAL_NOTE) for an internal note, which no partner may have.
    """
    resource, account = work.registry.by_name[command.resource], command.partner_account_id
    target = Target(resource, command.record_id, command.expected_version, even_closed=True)
    stored = await changeable(work, target, _permitting(work, account))
    if account is not None:
        await _require_partner(work, account)
        refuse_internal(_moved(stored, account), "id")
    if stored.row["partner_account_id"] != account:
        await assigned(work, stored, account)
    return stored.id


def refuse_internal(row: Values, field: str) -> None:
    """Raise ``ConflictError`` (code INTERNAL_NOTE) for a partner's record that is an internal note."""
    if row.get("direction") == "INTERNAL" and row["partner_account_id"] is not None:
        message = "no partner may have an internal note"
        raise ConflictError(message, (field,), code="INTERNAL_NOTE")


async def assigned(work: UnitOfWork, stored: Stored, account: str | None) -> None:
    """Write down whose record it is now; raises ``ForbiddenError`` and ``ConflictError``."""
    _permitting(work, account)(stored)
    require_alive(stored)
    row = {**_moved(stored, account), "updated_at": work.stores.now()}
    await work.records.replace(stored, row, stored.sealed)
    event = "PartnerAssigned" if account else "PartnerUnassigned"
    subject = row[stored.resource.subject or "id"]
    work.happened(Event(event, stored.resource.name, (stored.id,), (subject,), tuple(_WRITTEN)))


def _permitting(work: UnitOfWork, account: str | None) -> Check:
    return permitting(work, Action.UPDATE, _WRITTEN, partner_account_id=account)


def _moved(stored: Stored, account: str | None) -> dict[str, Any]:
    return {**stored.row, "partner_account_id": account}


async def _require_partner(work: UnitOfWork, account: str) -> None:
    row = (await work.visible(PARTNER_ACCOUNT, account, "partner_account_id")).row
    if row["kind"] != PARTNER or not row["active"]:
        message = "it must be the account of an active partner"
        raise InvalidInputError(message, ("partner_account",))
