"""Giving and taking back consent, by purpose (GDPR Art. 7; withdrawing is as easy as giving)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.customers.events import consent_granted, consent_withdrawn
from domain.customers.fields import CONSENT, CUSTOMER
from domain.customers.validation import text
from domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from domain.persistence.records import Stored
from domain.persistence.unit_of_work import UnitOfWork
from policy.rules import Action
from privacy.purposes import PURPOSES
from privacy.tables import consents

_GIVEN = frozenset({"status", "method", "expires_at"})


@dataclass(frozen=True, slots=True)
class GrantConsent:
    """``method`` says how the person gave it (a form, a call); ``expires_at`` ends it by itself."""

    customer_id: str
    purpose: str
    method: str
    expires_at: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Takes a consent back; from its commit on nothing is shown for the purpose."""

    customer_id: str
    purpose: str
    expected_version: int | None = None


async def grant_consent(command: GrantConsent, work: UnitOfWork) -> str:
    """The consent's id; raises ``NotFoundError``, ``InvalidInputError``, ``StaleVersionError``."""
    now = work.stores.now()
    if command.expires_at is not None and command.expires_at <= now:
        message = "a consent cannot end before it begins"
        work.faults.note(InvalidInputError(message, ("expiresAt",)))
    changes = {
        "status": "GRANTED",
        "method": work.faults.of(text, "method", command.method),
        "given_at": now,
        "withdrawn_at": None,
        "expires_at": command.expires_at,
    }
    current = await _current(work, command, _permit_giving)
    _expect(current, command.expected_version)
    if current is not None:
        return await _change(work, current, changes)
    row = {
        "id": work.stores.new_id(),
        "customer_id": command.customer_id,
        "purpose": command.purpose,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        **changes,
    }
    work.permit(Action.CREATE, CONSENT, [row], _GIVEN)
    await work.records.add(CONSENT, row, {})
    work.happened(consent_granted(command.customer_id, str(row["id"])))
    return str(row["id"])


async def withdraw_consent(command: WithdrawConsent, work: UnitOfWork) -> str:
    """The consent's id; withdrawing twice changes nothing. Raises as ``grant_consent`` does."""
    current = await _current(work, command, _permit_taking_back)
    if current is None:
        raise NotFoundError("there is no such consent", ("purpose",))
    _expect(current, command.expected_version)
    if current.row["status"] == "WITHDRAWN":
        return current.id
    return await _change(work, current, {"status": "WITHDRAWN", "withdrawn_at": work.stores.now()})


async def _current(
    work: UnitOfWork,
    command: GrantConsent | WithdrawConsent,
    permit: Callable[[UnitOfWork, str], None],
) -> Stored | None:
    """The consent as it is. Whoever may not change it learns nothing of it, nor whether there is one."""
    purpose = PURPOSES.get(command.purpose)
    if purpose is None or not purpose.needs_consent:
        message = "no purpose that rests on consent has that name"
        work.faults.note(InvalidInputError(message, ("purpose",)))
    with work.faults.noted():
        customer = await work.visible(CUSTOMER, command.customer_id, "customer_id")
    work.faults.settle()
    permit(work, customer.id)
    if customer.row["erased_at"] is not None:
        raise ConflictError("the customer was erased", code="ERASED")
    query = sa.select(consents.c.id).where(
        consents.c.tenant_id == work.tenant,
        consents.c.customer_id == command.customer_id,
        consents.c.purpose == command.purpose,
    )
    id_ = (await work.execute(query)).scalar_one_or_none()
    return None if id_ is None else await work.records.load(CONSENT, id_)


def _permit_giving(work: UnitOfWork, customer: str) -> None:
    row = {"customer_id": customer}
    try:
        work.permit(Action.CREATE, CONSENT, [row], _GIVEN)
    except ForbiddenError as refusal:
        try:
            work.permit(Action.UPDATE, CONSENT, [row], _GIVEN)
        except ForbiddenError:
            raise refusal from None


def _permit_taking_back(work: UnitOfWork, customer: str) -> None:
    work.permit(Action.UPDATE, CONSENT, [{"customer_id": customer}], {"status"})


def _expect(current: Stored | None, version: int | None) -> None:
    if version is not None and (current is None or current.version != version):
        raise StaleVersionError("the consent was changed meanwhile", ("expectedVersion",))


async def _change(work: UnitOfWork, current: Stored, changes: dict[str, Any]) -> str:
    new = {**current.row, **changes, "updated_at": work.stores.now()}
    work.permit(Action.UPDATE, CONSENT, [current.row, new], _GIVEN & changes.keys())
    await work.records.replace(current, new, {})
    event = consent_granted if changes["status"] == "GRANTED" else consent_withdrawn
    work.happened(event(str(current.row["customer_id"]), current.id))
    return current.id
