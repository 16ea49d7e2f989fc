"""Consent, given and withdrawn by purpose (GDPR Art. 7; withdrawing is as easy as giving)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from domain.consents.history import API, Said, begun, write_events
from domain.consents.statements import GRANTED, WITHDRAWN, ConsentStatement, require_order
from domain.customers.events import consent_granted, consent_withdrawn
from domain.entities.consents import CONSENT
from domain.entities.customers import CUSTOMER
from domain.validation.values import text
from domain.values.calendar_years import within_years
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import expect, require_alive
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
    """Takes a consent back, or objects before there is one; from its commit on nothing is shown for the
    purpose. ``method`` says how the person did it.
    """

    customer_id: str
    purpose: str
    method: str | None = None
    expected_version: int | None = None


async def grant_consent(command: GrantConsent, work: UnitOfWork) -> str:
    """The consent's id; raises ``NotFoundError``, ``InvalidInputError``, ``StaleVersionError``."""
    current = await _current(work, command, _permit_giving)
    now = work.stores.now()
    work.faults.of(within_years, "expires_at", command.expires_at)
    work.faults.of(require_order, now, command.expires_at)
    method = work.faults.of(text, "method", command.method)
    work.faults.settle()
    granted = ConsentStatement(GRANTED, method, now, command.expires_at)
    if current is not None:
        # INVARIANT: what is granted here is granted now, and so later than any withdrawal that stands.
        return await _change(work, current, granted, _GIVEN)
    said = begun(work, API, command.customer_id, command.purpose)
    said.take(granted)
    work.permit(Action.CREATE, CONSENT, [said.row], _GIVEN)
    return await _add(work, said)


async def withdraw_consent(command: WithdrawConsent, work: UnitOfWork) -> str:
    """The consent's id. What was never given can be objected to: the consent then begins as withdrawn, and
    no older grant overrides it. Withdrawing twice changes nothing but the history. Raises as
    ``grant_consent`` does.
    """
    current = await _current(work, command, _permit_taking_back(command))
    method = None if command.method is None else work.faults.of(text, "method", command.method)
    work.faults.settle()
    now = work.stores.now()
    withdrawn = ConsentStatement(WITHDRAWN, method, now)
    if current is None:
        # INVARIANT: who may take back may also object. Another rule here would tell whether there is one.
        said = begun(work, API, command.customer_id, command.purpose)
        said.take(withdrawn)
        return await _add(work, said)
    if current.row["status"] == GRANTED:
        return await _change(work, current, withdrawn, {"status"})
    said = Said(work, API, dict(current.row))
    said.note(withdrawn, now)
    await _record(work, said)
    return current.id


async def _current(
    work: UnitOfWork,
    command: GrantConsent | WithdrawConsent,
    permit: Callable[[UnitOfWork, str], None],
) -> Stored | None:
    """The consent as it is. Whoever may not change it learns nothing of it, nor whether there is one. A
    customer or a purpose that is not there is noted, and then there is none.
    """
    customer = None
    with work.faults.noted():
        customer = await work.visible(
            CUSTOMER, command.customer_id, "customer_id", even_closed=True
        )
    if customer is not None:
        permit(work, customer.id)
    purpose = PURPOSES.get(command.purpose)
    if purpose is None or not purpose.needs_consent:
        message = "no purpose that rests on consent has that name"
        work.faults.note(InvalidInputError(message, ("purpose",)))
        return None
    if customer is None:
        return None
    current = await _stored(work, customer.id, command.purpose)
    expect(command.expected_version, current, CONSENT)
    require_alive(customer)
    return current


async def _stored(work: UnitOfWork, customer: str, purpose: str) -> Stored | None:
    query = sa.select(consents.c.id).where(
        consents.c.tenant_id == work.tenant,
        consents.c.customer_id == customer,
        consents.c.purpose == purpose,
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


def _permit_taking_back(command: WithdrawConsent) -> Callable[[UnitOfWork, str], None]:
    written = {"status"} if command.method is None else {"status", "method"}

    def permit(work: UnitOfWork, customer: str) -> None:
        work.permit(Action.UPDATE, CONSENT, [{"customer_id": customer}], written)

    return permit


async def _add(work: UnitOfWork, said: Said) -> str:
    await work.records.add(CONSENT, said.row, {})
    return await _record(work, said)


async def _change(
    work: UnitOfWork, current: Stored, statement: ConsentStatement, fields: Collection[str]
) -> str:
    said = Said(work, API, dict(current.row))
    said.take(statement)
    work.permit(Action.UPDATE, CONSENT, [current.row, said.row], fields)
    await work.records.replace(current, said.row, {})
    return await _record(work, said)


async def _record(work: UnitOfWork, said: Said) -> str:
    await write_events(work, [said])
    event = consent_granted if said.row["status"] == GRANTED else consent_withdrawn
    work.happened(event(str(said.row["customer_id"]), str(said.row["id"])))
    return str(said.row["id"])
