"""Restriction of the processing of a person's data, and its lifting (GDPR Art. 18).

Each reason of Art. 18(1) is restricted and lifted for itself; processing is restricted as long as one of
them is in force. What that hides from whom is said by rules with ``not_restricted``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.customers.events import processing_restricted, restriction_lifted
from domain.entities.customers import CUSTOMER, RestrictionReason
from domain.tables import customers, restrictions
from domain.validation.values import one_of
from domain.values.choice import values_of
from domain.values.errors import InvalidInputError, NotFoundError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import expect, require_states
from policy.rules import Action

REASONS = frozenset(values_of(RestrictionReason))
"""Art. 18(1)(a) to (d)."""


@dataclass(frozen=True, slots=True)
class RestrictProcessing:
    """``expected_version`` is the customer's."""

    customer_id: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class LiftRestriction:
    """``informed_at`` is when the person was told that it would be lifted (Art. 18(3))."""

    customer_id: str
    reason: str
    informed_at: datetime
    expected_version: int | None = None


async def restrict_processing(command: RestrictProcessing, work: UnitOfWork) -> str:
    """The customer's id; a reason that is in force stays as it is.

    Raises ``NotFoundError``, ``ForbiddenError``, ``InvalidInputError``, ``ConflictError`` and
    ``StaleVersionError``.
    """
    stored = await _decided(work, command)
    reasons = set(stored.row["restricted_for"])
    if command.reason in reasons:
        return stored.id
    expect(command.expected_version, stored, CUSTOMER)
    require_states(stored, ())
    reason = one_of(REASONS)("reason", command.reason)
    id_ = work.stores.new_id()
    await work.execute(
        sa.insert(restrictions).values(
            tenant_id=work.tenant,
            id=id_,
            customer_id=stored.id,
            reason=reason,
            restricted_by=work.caller.principal.actor,
            restricted_at=work.stores.now(),
        )
    )
    await _restrict(work, stored, reasons | {reason})
    work.happened(processing_restricted(stored.id, id_))
    return stored.id


async def lift_restriction(command: LiftRestriction, work: UnitOfWork) -> str:
    """The customer's id; lifting twice changes nothing. Raises as ``restrict_processing`` does, and
    ``InvalidInputError`` unless the person was told while the restriction was in force.
    """
    stored = await _decided(work, command)
    reason = one_of(REASONS)("reason", command.reason)
    last = await _last(work, stored.id, reason)
    if last is None:
        raise NotFoundError("processing is not restricted for that reason", ("reason",))
    if last.lifted_at is not None:
        return stored.id
    expect(command.expected_version, stored, CUSTOMER)
    now, informed = work.stores.now(), command.informed_at
    if not last.restricted_at <= informed <= now:
        message = "the person must be told between the restriction and now, before it is lifted"
        raise InvalidInputError(message, ("informedAt",))
    lifted = {"lifted_by": work.caller.principal.actor, "lifted_at": now, "informed_at": informed}
    await work.execute(
        sa.update(restrictions)
        .where(restrictions.c.tenant_id == work.tenant, restrictions.c.id == last.id)
        .values(lifted)
    )
    await _restrict(work, stored, set(stored.row["restricted_for"]) - {reason})
    work.happened(restriction_lifted(stored.id, last.id, informed))
    return stored.id


async def _decided(work: UnitOfWork, command: RestrictProcessing | LiftRestriction) -> Stored:
    """The customer about whom the caller may decide."""
    stored = await work.visible(CUSTOMER, command.customer_id, "customer_id", even_closed=True)
    work.permit(Action.DECIDE, CUSTOMER, [stored.row], ())
    return stored


async def _last(work: UnitOfWork, customer: str, reason: str) -> sa.Row[Any] | None:
    """The restriction in force, or else the one that was lifted last."""
    query = (
        sa.select(restrictions.c.id, restrictions.c.restricted_at, restrictions.c.lifted_at)
        .where(
            restrictions.c.tenant_id == work.tenant,
            restrictions.c.customer_id == customer,
            restrictions.c.reason == reason,
        )
        .order_by(restrictions.c.lifted_at.desc().nulls_first())
        .limit(1)
    )
    return (await work.execute(query)).one_or_none()


async def _restrict(work: UnitOfWork, stored: Stored, reasons: Collection[str]) -> None:
    """Write down with the customer what is in force now, and since when anything is."""
    now = work.stores.now()
    since = (stored.row["restricted_at"] or now) if reasons else None
    await work.execute(
        sa.update(customers)
        .where(customers.c.tenant_id == work.tenant, customers.c.id == stored.id)
        .values(
            restricted_for=sorted(reasons),
            restricted_at=since,
            version=stored.version + 1,
            updated_at=now,
        )
    )
