"""Deal registration by a partner. Nobody tells it whether others did, or if the customer is known."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from domain.customers.prepare import given_fields, kept, leniently, without_ids
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.partners import DEAL_REGISTRATION
from domain.opportunities.pipelines import load_pipeline
from domain.validation.contact_points import Numbers
from domain.validation.customers import named
from domain.validation.values import text
from domain.values.calendar_years import within_years
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.values.faults import Faults
from domain.values.money import Money
from domain.writing.jobs import EXPIRE_DEALS
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.create import created, once
from domain.writing.verbs.hooks import Change, Hooks, Meant
from policy.subjects.principals import Principal

PENDING_DAYS = 30
"""How long a registration waits for a decision."""

_REACHED_BY = frozenset({"EMAIL", "PHONE"})


@dataclass(frozen=True, slots=True)
class RegisterDeal:
    """``customer_id`` names a customer that is assigned to the partner; for somebody else ``prospect``
    says who it is, by declared field name, with contact points as given.
    """

    pipeline_id: str
    title: str
    customer_id: str | None = None
    prospect: Values | None = None
    value: Money | None = None
    expected_close: date | None = None
    key: str | None = None


async def register_deal(command: RegisterDeal, work: UnitOfWork) -> str:
    """The new registration's id; the earlier one's where the key was used before.

    INVARIANT: what others have registered, and whom Farley knows or has erased, is not asked here: the
    answer cannot depend on it. Whoever decides is told.
    Raises ``NotFoundError``, ``InvalidInputError``, ``ForbiddenError`` and ``ConflictError``.
    """
    return await once(work, command, partial(_registered, command, work))


async def _registered(command: RegisterDeal, work: UnitOfWork) -> str:
    if work.caller.principal.partner_account_id is None:
        raise ForbiddenError("only partners register deals")
    if (command.customer_id is None) is (command.prospect is None):
        message = "say either which customer it is or who becomes one"
        work.faults.note(InvalidInputError(message, ("customerId",)))
    hooks = Hooks(
        given=partial(_read, command),
        begins=partial(_begins, command, work),
        before=_keyed,
        after=_ends_in_time,
        refers=frozenset(),
        events={"Created": "DealRegistered"},
    )
    return await created(work, DEAL_REGISTRATION, _given(command), hooks)


def deal_event(name: str, row: Values, fields: frozenset[str]) -> Event:
    """What happened to a registration."""
    return Event(
        name, "deal_registration", (row["id"],), (row["customer_id"],), tuple(sorted(fields))
    )


def _prospect(command: RegisterDeal, region: str, undialled: Numbers) -> dict[str, Any]:
    """Who is to become a customer, as it is kept."""
    if command.prospect is None or command.customer_id is not None:
        return {}
    faults = Faults()
    for place, point in enumerate(command.prospect.get("contact_points") or ()):
        if point["kind"] not in _REACHED_BY:
            message = "a registration takes e-mail addresses and telephone numbers only"
            faults.note(InvalidInputError(message, ("contact_points", str(place), "kind")))
    values: dict[str, Any] = {}
    with faults.noted():
        values = kept(without_ids(command.prospect), region, {}, undialled=undialled)
    faults.of(named, {**command.prospect, **values})
    faults.settle()
    return {name: value for name, value in values.items() if value}


def _given(command: RegisterDeal) -> dict[str, Any]:
    """What is given of the deal, by declared field; of whom it is with only where Farley has them."""
    given: dict[str, Any] = {"pipeline": command.pipeline_id, "title": command.title}
    if command.customer_id is not None:
        given["customer"] = command.customer_id
    if command.value is not None:
        given |= {"amount": command.value.amount, "currency": command.value.currency}
    if command.expected_close is not None:
        given["expected_close"] = command.expected_close
    return given


async def _read(command: RegisterDeal, work: UnitOfWork, given: Values) -> Meant:
    prospect = given_fields({n: v for n, v in (command.prospect or {}).items() if v})
    fields = frozenset(given) | (prospect & DEAL_REGISTRATION.grantable)
    return Meant(fields, partial(_kept, command, work, given))


async def _kept(command: RegisterDeal, work: UnitOfWork, given: Values) -> Values:
    faults, day = work.faults, command.expected_close
    faults.of(within_years, "expected_close", day)
    if command.value is not None:
        faults.of(command.value.check, day)
    who: dict[str, Any] = {}
    with faults.noted():
        who = await leniently(work, lambda numbers: _prospect(command, work.region, numbers))
    title = faults.of(text, "title", command.title)
    with faults.noted():
        await load_pipeline(work.connection, work.tenant, command.pipeline_id)
    return {**given, "title": title, **who}


def _begins(
    command: RegisterDeal, work: UnitOfWork, _entity: Entity, principal: Principal
) -> Values:
    """Somebody who may become a customer has the id, and the key, that the customer will have."""
    is_new = command.customer_id is None
    return {
        **({"customer": work.stores.new_id()} if is_new else {}),
        "partner_account": principal.partner_account_id,
        "status": "PENDING",
        "new_customer": is_new,
        "expires_at": work.stores.now() + timedelta(days=PENDING_DAYS),
    }


async def _keyed(work: UnitOfWork, change: Change) -> None:
    if change.row["new_customer"]:
        await work.stores.vault.create_keys(work.tenant, [change.row["customer_id"]])


async def _ends_in_time(work: UnitOfWork, change: Change) -> None:
    work.enqueue(EXPIRE_DEALS, [change.id], after=timedelta(days=PENDING_DAYS))
