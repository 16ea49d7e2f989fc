"""Decision about a registered deal: it becomes an opportunity of the partner's, or it is over.

Of whom a registration that is over spoke, and who became no customer, Farley forgets: the fields are
emptied at once, and the worker destroys the key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.customers.create_customer import take_in
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.entities.partners import DEAL_REGISTRATION
from domain.opportunities.create_opportunity import CreateOpportunity, open_opportunity
from domain.partners.assign_partner import assigned
from domain.partners.register_deal import deal_event
from domain.partners.registered_deal import RegisteredDeal, prospect
from domain.tables import deal_registrations
from domain.validation.values import one_of
from domain.values.errors import ConflictError, InvalidInputError, NotFoundError
from domain.writing.jobs import FORGET
from domain.writing.purge import purge
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.checks import Target, changeable, permitting, require_alive
from policy.rules import Action
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
    id_, version = command.registration_id, command.expected_version
    target = Target(DEAL_REGISTRATION, id_, version, even_erased=True)  # What is over is empty.
    stored = await _pending(work, target, Action.DECIDE, _STATUS, status="APPROVED")
    require_alive(stored)
    row = {**stored.row, "status": "APPROVED", **_decision(work)}
    deal = RegisteredDeal.of(stored)
    customer = await _customer(work, stored, deal, command.customer_id)
    opportunity = await _opportunity(work, stored, deal, customer)
    row |= {"customer_id": customer, "opportunity_id": opportunity}
    await work.records.replace(stored, row, stored.sealed)
    if customer != deal.customer_id:
        await _forget(work, deal.customer_id)
    work.happened(deal_event("DealApproved", row, _STATUS))
    return stored.id


async def reject_deal(command: RejectDeal, work: UnitOfWork) -> str:
    """The registration's id; raises as ``approve_deal`` does."""
    changed = {"status": "REJECTED", "rejection_reason": command.reason}
    stored = await _pending(work, _ending(command), Action.DECIDE, changed.keys(), **changed)
    one_of(REASONS)("reason", command.reason)
    row = {**stored.row, **changed, **_decision(work)}
    await _close(work, stored, row, "DealRejected")
    return stored.id


async def withdraw_deal(command: WithdrawDeal, work: UnitOfWork) -> str:
    """The registration's id; raises as ``approve_deal`` does."""
    stored = await _pending(work, _ending(command), Action.UPDATE, _STATUS, status="WITHDRAWN")
    row = {**stored.row, "status": "WITHDRAWN", "updated_at": work.stores.now()}
    await _close(work, stored, row, "DealWithdrawn")
    return stored.id


async def expire_deal(work: UnitOfWork, id_: str) -> None:
    """End a registration that nobody decided in time; running it again changes nothing."""
    stored = await work.records.load(DEAL_REGISTRATION, id_, even_closed=True)
    now = work.stores.now()
    if RegisteredDeal.of(stored).is_over(now):
        row = {**stored.row, "status": "EXPIRED", "updated_at": now}
        await _close(work, stored, row, "DealExpired")


async def forget_prospect(work: UnitOfWork, subject: str) -> None:
    """Destroy the key of somebody who became no customer; of a customer's it keeps its hands off."""
    try:
        await work.records.load(CUSTOMER, subject, even_closed=True)
    except NotFoundError:
        await work.stores.vault.destroy(work.tenant, subject, TombstoneKind.FORGOTTEN)
        work.happened(Event("SubjectKeyDestroyed", "customer", (subject,), (subject,)))


def _ending(command: RejectDeal | WithdrawDeal) -> Target:
    """The registration; it is ended whether or not it opens, and whoever it speaks of."""
    id_, version = command.registration_id, command.expected_version
    return Target(DEAL_REGISTRATION, id_, version, even_closed=True, even_erased=True)


async def _pending(
    work: UnitOfWork, target: Target, action: Action, fields: Collection[str], **columns: object
) -> Stored:
    """The registration, about which the caller may decide."""

    def pending(stored: Stored) -> None:
        RegisteredDeal.of(stored).require_pending(work.stores.now())

    return await changeable(work, target, permitting(work, action, fields, **columns), pending)


def _decision(work: UnitOfWork) -> dict[str, Any]:
    now = work.stores.now()
    return {
        "decided_at": now,
        "decided_by_id": work.caller.principal.member_id,
        "updated_at": now,
    }


async def _customer(
    work: UnitOfWork, stored: Stored, deal: RegisteredDeal, given: str | None
) -> str:
    """The customer that the opportunity is with, assigned to the partner: a new one, or one there is."""
    account, registered = deal.partner_account_id, deal.customer_id
    if deal.is_of_somebody_new and given is None:
        await take_in(work, registered, {**prospect(stored), "partner_account": account})
        return registered
    if not deal.is_of_somebody_new and given not in {None, registered}:
        message = "the registration names another customer"
        raise InvalidInputError(message, ("customerId",))
    customer = await work.visible(CUSTOMER, given or registered, "customer_id")
    holder = customer.row["partner_account_id"]
    if holder is None:
        await assigned(work, customer, account)
    elif holder != account:
        message = "the customer is assigned to another partner"
        raise ConflictError(message, ("customerId",), code="ASSIGNED")
    return customer.id


async def _opportunity(
    work: UnitOfWork, stored: Stored, deal: RegisteredDeal, customer: str
) -> str:
    command = CreateOpportunity(
        customer_id=customer,
        pipeline_id=deal.pipeline_id,
        title=stored.sealed["title"],
        value=deal.value,
        expected_close=deal.expected_close,
    )
    return await open_opportunity(command, work, deal.partner_account_id)


async def _close(work: UnitOfWork, stored: Stored, row: Values, event: str) -> None:
    if stored.row["sealed"] is None:
        await _write_bare(work, stored, row)
    else:
        await work.records.replace(stored, row, stored.sealed)
    deal = RegisteredDeal.of(stored)
    if deal.is_of_somebody_new:
        await _forget(work, deal.customer_id)
    work.happened(deal_event(event, row, _STATUS))


async def _write_bare(work: UnitOfWork, stored: Stored, row: Values) -> None:
    """What is left of a registration whose customer was erased."""
    table = deal_registrations
    found = table.c.tenant_id == work.tenant, table.c.id == stored.id
    changed = {**row, "version": stored.version + 1}
    await work.execute(sa.update(table).where(*found).values(changed))


async def _forget(work: UnitOfWork, subject: str) -> None:
    await purge(work, subject)
    work.enqueue(FORGET, [subject])
