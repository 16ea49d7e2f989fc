"""Deal registration by a partner. Nobody tells it whether others did, or if the customer is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.customers.prepare import kept, leniently, without_ids
from domain.entities.customers import CUSTOMER
from domain.entities.partners import DEAL_REGISTRATION
from domain.opportunities.pipelines import load_pipeline
from domain.validation.contact_points import Numbers
from domain.validation.customers import named, text
from domain.values.calendar_years import within_years
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.values.faults import Faults
from domain.values.money import Money
from domain.values.refusals import erased
from domain.writing.jobs import EXPIRE_DEALS
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action

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
    prospect: Mapping[str, Any] | None = None
    value: Money | None = None
    expected_close: date | None = None
    key: str | None = None


async def register_deal(command: RegisterDeal, work: UnitOfWork) -> str:
    """The new registration's id; the earlier one's where the key was used before.

    INVARIANT: what others have registered, and whom Farley knows or has erased, is not asked here: the
    answer cannot depend on it. Whoever decides is told.
    Raises ``NotFoundError``, ``InvalidInputError``, ``ForbiddenError`` and ``ConflictError``.
    """
    with work.faults.noted():
        earlier = await work.idempotency.earlier(command.key, command)
        if earlier is not None:
            return earlier
    account = work.caller.principal.partner_account_id
    if account is None:
        raise ForbiddenError("only partners register deals")
    with work.faults.noted():
        within_years("expected_close", command.expected_close)
    if command.value is not None:
        with work.faults.noted():
            command.value.check(command.expected_close)
    who: dict[str, Any] = {}
    with work.faults.noted():
        who = await leniently(work, lambda numbers: _prospect(command, work.region, numbers))
    title = work.faults.of(text, "title", command.title)
    await _look_up(command, work)
    work.faults.settle()
    row, sealed = _row(command, work, account, who), {**_sealed(who), "title": title}
    written = _written(command, who)
    work.permit(Action.CREATE, DEAL_REGISTRATION, [row], written)
    if command.customer_id is None:
        await work.stores.vault.create_keys(work.tenant, [row["customer_id"]])
    await work.records.add(DEAL_REGISTRATION, row, sealed)
    work.happened(deal_event("DealRegistered", row, written))
    work.enqueue(EXPIRE_DEALS, [row["id"]], after=timedelta(days=PENDING_DAYS))
    await work.idempotency.remember(command.key, command, row["id"])
    return str(row["id"])


def deal_event(name: str, row: Mapping[str, Any], fields: frozenset[str]) -> Event:
    """What happened to a registration."""
    return Event(
        name, "deal_registration", (row["id"],), (row["customer_id"],), tuple(sorted(fields))
    )


def _prospect(command: RegisterDeal, region: str, undialled: Numbers) -> dict[str, Any]:
    """Who is to become a customer, as it is kept."""
    if (command.customer_id is None) is (command.prospect is None):
        message = "say either which customer it is or who becomes one"
        raise InvalidInputError(message, ("customerId",))
    if command.prospect is None:
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


def _sealed(who: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: who.get(field.name) for field in DEAL_REGISTRATION.sealed}


async def _look_up(command: RegisterDeal, work: UnitOfWork) -> None:
    """Note a pipeline that is not there, and a customer whom the partner does not see."""
    with work.faults.noted():
        await load_pipeline(work.connection, work.tenant, command.pipeline_id)
    if command.customer_id is not None:
        with work.faults.noted():
            await _require_customer(work, command.customer_id)


def _written(command: RegisterDeal, who: Mapping[str, Any]) -> frozenset[str]:
    given = {
        "customer": command.customer_id,
        "amount": command.value,
        "currency": command.value,
        "expected_close": command.expected_close,
    }
    return frozenset({"pipeline", "title", *who, *(name for name in given if given[name])})


def _row(
    command: RegisterDeal, work: UnitOfWork, account: str, who: Mapping[str, Any]
) -> dict[str, Any]:
    now = work.stores.now()
    return {
        "id": work.stores.new_id(),
        "customer_id": command.customer_id or work.stores.new_id(),
        "partner_account_id": account,
        "pipeline_id": command.pipeline_id,
        "opportunity_id": None,
        "status": "PENDING",
        "rejection_reason": None,
        "new_customer": command.customer_id is None,
        "kind": who.get("kind"),
        "country": who.get("country"),
        "amount": command.value and command.value.amount,
        "currency": command.value and command.value.currency,
        "expected_close": command.expected_close,
        "expires_at": now + timedelta(days=PENDING_DAYS),
        "decided_at": None,
        "decided_by_id": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


async def _require_customer(work: UnitOfWork, id_: str) -> None:
    customer = await work.visible(CUSTOMER, id_, "customer_id")
    if customer.row["erased_at"] is not None:
        raise erased()
