"""Decision about a registered deal: it becomes an opportunity of the partner's, or it is over.

Of whom a registration that is over spoke, and who became no customer, Farley forgets: the fields are
emptied at once, and the worker destroys the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.customers.create_customer import take_in
from domain.entities.customers import CUSTOMER, NAMES
from domain.entities.partners import DEAL_REGISTRATION
from domain.opportunities.create_opportunity import CreateOpportunity, open_opportunity
from domain.partners.assign_partner import assigned
from domain.partners.register_deal import deal_event
from domain.tables import deal_registrations
from domain.validation.customers import one_of
from domain.values.errors import ConflictError, InvalidInputError, NotFoundError
from domain.values.money import Money
from domain.values.refusals import erased, stale
from domain.writing.jobs import FORGET
from domain.writing.purge import purge
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from policy.subjects.principals import PrincipalKind
from privacy.tombstones.tombstone import TombstoneKind

REASONS = frozenset({"INCOMPLETE", "NOT_ELIGIBLE", "DECLINED"})
"""What a partner is told; none says whether anybody else has the customer."""

_STATUS = frozenset({"status"})


@dataclass(frozen=True, slots=True)
class ApproveDeal:
    """``customer_id`` names the customer that a registration of somebody new speaks of after all."""

    registration_id: str
    expected_version: int
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class RejectDeal:
    """``reason`` is one of ``REASONS``."""

    registration_id: str
    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawDeal:
    """The partner's own."""

    registration_id: str
    expected_version: int


async def approve_deal(command: ApproveDeal, work: UnitOfWork) -> str:
    """The registration's id. What it makes is made with the rights of whoever approves.

    Raises ``NotFoundError``, ``StaleVersionError``, ``ForbiddenError``, ``SuppressedError`` and
    ``ConflictError`` (codes DECIDED, EXPIRED, ERASED, and ASSIGNED for another partner's customer).
    """
    stored = await work.visible(DEAL_REGISTRATION, command.registration_id, "id")
    row = {**stored.row, "status": "APPROVED", **_decision(work)}
    work.permit(Action.DECIDE, DEAL_REGISTRATION, [stored.row, row], _STATUS)
    _require_pending(work, stored, command.expected_version)
    if stored.row["sealed"] is None:
        raise erased()
    row["customer_id"] = await _customer(work, stored, command.customer_id)
    row["opportunity_id"] = await _opportunity(work, stored, row["customer_id"])
    await work.records.replace(stored, row, stored.sealed)
    if row["customer_id"] != stored.row["customer_id"]:
        await _forget(work, stored.row["customer_id"])
    work.happened(deal_event("DealApproved", row, _STATUS))
    return stored.id


async def reject_deal(command: RejectDeal, work: UnitOfWork) -> str:
    """The registration's id; raises as ``approve_deal`` does."""
    reason = one_of(REASONS)("reason", command.reason)
    stored = await _even_closed(work, command.registration_id)
    row = {**stored.row, "status": "REJECTED", "rejection_reason": reason, **_decision(work)}
    work.permit(Action.DECIDE, DEAL_REGISTRATION, [stored.row, row], _STATUS | {"rejection_reason"})
    _require_pending(work, stored, command.expected_version)
    await _close(work, stored, row, "DealRejected")
    return stored.id


async def withdraw_deal(command: WithdrawDeal, work: UnitOfWork) -> str:
    """The registration's id; raises as ``approve_deal`` does."""
    stored = await _even_closed(work, command.registration_id)
    row = {**stored.row, "status": "WITHDRAWN", "updated_at": work.stores.now()}
    work.permit(Action.UPDATE, DEAL_REGISTRATION, [stored.row, row], _STATUS)
    _require_pending(work, stored, command.expected_version)
    await _close(work, stored, row, "DealWithdrawn")
    return stored.id


async def expire_deal(work: UnitOfWork, id_: str) -> None:
    """End a registration that nobody decided in time; running it again changes nothing."""
    stored = await work.records.load(DEAL_REGISTRATION, id_, even_closed=True)
    now = work.stores.now()
    if stored.row["status"] == "PENDING" and stored.row["expires_at"] <= now:
        row = {**stored.row, "status": "EXPIRED", "updated_at": now}
        await _close(work, stored, row, "DealExpired")


async def forget_prospect(work: UnitOfWork, subject: str) -> None:
    """Destroy the key of somebody who became no customer; of a customer's it keeps its hands off."""
    try:
        await work.records.load(CUSTOMER, subject, even_closed=True)
    except NotFoundError:
        await work.stores.vault.destroy(work.tenant, subject, TombstoneKind.FORGOTTEN)
        work.happened(Event("SubjectKeyDestroyed", "customer", (subject,), (subject,)))


async def _even_closed(work: UnitOfWork, id_: str) -> Stored:
    """The registration; it is ended whether or not it opens."""
    return await work.visible(DEAL_REGISTRATION, id_, "id", even_closed=True)


def _decision(work: UnitOfWork) -> dict[str, Any]:
    now, principal = work.stores.now(), work.caller.principal
    is_member = principal.kind is PrincipalKind.MEMBER
    return {
        "decided_at": now,
        "decided_by_id": principal.id if is_member else None,
        "updated_at": now,
    }


def _require_pending(work: UnitOfWork, stored: Stored, version: int) -> None:
    if stored.version != version:
        raise stale(DEAL_REGISTRATION.name)
    if stored.row["status"] != "PENDING":
        raise ConflictError("the registration is over", ("id",), code="DECIDED")
    if stored.row["expires_at"] <= work.stores.now():
        raise ConflictError("nobody decided in time", ("id",), code="EXPIRED")


async def _customer(work: UnitOfWork, stored: Stored, given: str | None) -> str:
    """The customer that the opportunity is with, assigned to the partner: a new one, or one there is."""
    account, registered = stored.row["partner_account_id"], str(stored.row["customer_id"])
    if stored.row["new_customer"] and given is None:
        await take_in(work, registered, _values(stored, account))
        return registered
    if not stored.row["new_customer"] and given not in {None, registered}:
        message = "the registration names another customer"
        raise InvalidInputError(message, ("customerId",))
    customer = await work.visible(CUSTOMER, given or registered, "customer_id")
    if customer.row["partner_account_id"] is None:
        await assigned(work, customer, account)
    elif customer.row["partner_account_id"] != account:
        message = "the customer is assigned to another partner"
        raise ConflictError(message, ("customerId",), code="ASSIGNED")
    return customer.id


def _values(stored: Stored, account: str) -> Mapping[str, Any]:
    """The registered person or organisation as a customer, by declared field."""
    plain = {name: stored.row[name] for name in ("kind", "country")}
    sealed = {name: stored.sealed.get(name) for name in (*NAMES, "emails", "phones")}
    given = {name: value for name, value in {**plain, **sealed}.items() if value}
    return {"lifecycle": "LEAD", "tags": [], "partner_account": account, **given}


async def _opportunity(work: UnitOfWork, stored: Stored, customer: str) -> str:
    row = stored.row
    command = CreateOpportunity(
        customer_id=customer,
        pipeline_id=row["pipeline_id"],
        title=stored.sealed["title"],
        value=None if row["amount"] is None else Money(row["amount"], row["currency"]),
        expected_close=row["expected_close"],
    )
    return await open_opportunity(command, work, row["partner_account_id"])


async def _close(work: UnitOfWork, stored: Stored, row: Mapping[str, Any], event: str) -> None:
    if stored.row["sealed"] is None:
        await _write_bare(work, stored, row)
    else:
        await work.records.replace(stored, row, stored.sealed)
    if row["new_customer"]:
        await _forget(work, row["customer_id"])
    work.happened(deal_event(event, row, _STATUS))


async def _write_bare(work: UnitOfWork, stored: Stored, row: Mapping[str, Any]) -> None:
    """What is left of a registration whose customer was erased."""
    table = deal_registrations
    found = table.c.tenant_id == work.tenant, table.c.id == stored.id
    changed = {**row, "version": stored.version + 1}
    await work.execute(sa.update(table).where(*found).values(changed))


async def _forget(work: UnitOfWork, subject: str) -> None:
    await purge(work, subject)
    work.enqueue(FORGET, [subject])
