"""Interaction, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.tables import participants
from domain.validation.customers import TEXT_LENGTH_MAX, one_of, text
from domain.values.calendar_years import within_years
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.values.refusals import erased
from domain.writing.jobs import DETECT
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from policy.subjects.principals import PrincipalKind

CHANNELS = frozenset(
    {
        "WEB",
        "PHONE",
        "EMAIL",
        "CHAT",
        "SOCIAL",
        "SMS",
        "MEETING",
        "POST",
        "IN_PERSON",
        "CAMPAIGN",
    }
)
DIRECTIONS = frozenset({"INBOUND", "OUTBOUND", "INTERNAL"})
OUTCOMES = frozenset(
    {"RESOLVED", "FOLLOW_UP", "NO_ANSWER", "INTERESTED", "NOT_INTERESTED", "ESCALATED"}
)
DURATION_SECONDS_MAX = 7 * 24 * 3600
PARTICIPANTS_MAX = 50
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RecordInteraction:
    """``participants`` are other customers who took part."""

    customer_id: str
    channel: str
    direction: str
    occurred_at: datetime
    subject: str | None = None
    body: str | None = None
    duration_seconds: int | None = None
    outcome: str | None = None
    participants: Sequence[str] = ()
    key: str | None = None


async def record_interaction(command: RecordInteraction, work: UnitOfWork) -> str:
    """The new interaction's id; its text is looked through for personal data by the worker.

    Raises ``NotFoundError``, ``InvalidInputError``, ``ForbiddenError`` and ``ConflictError``.
    """
    with work.faults.noted():
        earlier = await work.idempotency.earlier(command.key, command)
        if earlier is not None:
            return earlier
    await _require_customers(work, command)
    sealed = work.faults.of(sealed_values, command.subject, command.body) or {}
    row = _row(command, work)
    work.faults.settle()
    given = {**sealed, **{name: row[name] for name in ("duration_seconds", "outcome")}}
    written = {"channel", "direction", "occurred_at", *(k for k, v in given.items() if v)}
    work.permit(Action.CREATE, INTERACTION, [row], written)
    await work.records.add(INTERACTION, row, sealed)
    await _add_participants(work, row["id"], command.participants)
    work.happened(
        Event(
            "InteractionRecorded",
            "interaction",
            (row["id"],),
            (command.customer_id,),
            tuple(sorted(written)),
        )
    )
    work.enqueue(DETECT, [row["id"]])
    await work.idempotency.remember(command.key, command, row["id"])
    return str(row["id"])


def sealed_values(subject: str | None, body: str | None) -> dict[str, Any]:
    """The sealed fields of an interaction, validated."""
    faults = Faults()
    found = {
        "subject": faults.of(text, "subject", subject) if subject else None,
        "body": faults.of(text, "body", body, length_max=TEXT_LENGTH_MAX, is_prose=True)
        if body
        else None,
    }
    faults.settle()
    return found


def _check(command: RecordInteraction, work: UnitOfWork) -> None:
    """Note what is wrong with the plain columns."""
    faults, now = work.faults, work.stores.now()
    faults.of(within_years, "occurred_at", command.occurred_at)
    if command.occurred_at > now + CLOCK_SKEW:
        message = "an interaction cannot lie in the future"
        faults.note(InvalidInputError(message, ("occurredAt",)))
    if not 0 <= (command.duration_seconds or 0) <= DURATION_SECONDS_MAX:
        message = "it must be between 0 seconds and 7 days"
        faults.note(InvalidInputError(message, ("durationSeconds",)))
    faults.of(one_of(CHANNELS), "channel", command.channel)
    faults.of(one_of(DIRECTIONS), "direction", command.direction)
    if command.outcome is not None:
        faults.of(one_of(OUTCOMES), "outcome", command.outcome)


def _row(command: RecordInteraction, work: UnitOfWork) -> dict[str, Any]:
    _check(command, work)
    now, principal = work.stores.now(), work.caller.principal
    return {
        "id": work.stores.new_id(),
        "customer_id": command.customer_id,
        "channel": command.channel,
        "direction": command.direction,
        "occurred_at": command.occurred_at,
        "duration_seconds": command.duration_seconds,
        "outcome": command.outcome,
        "author_id": principal.id if principal.kind is PrincipalKind.MEMBER else None,
        "department_id": principal.department_id,
        "partner_account_id": principal.partner_account_id,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


async def _require_customers(work: UnitOfWork, command: RecordInteraction) -> None:
    """Note each customer who is not there for the caller; raises ``ConflictError`` for who was erased."""
    with work.faults.noted():
        await _require_customer(work, command.customer_id, "customer_id")
    for place, id_ in enumerate(command.participants[:PARTICIPANTS_MAX]):
        with work.faults.noted("participants", str(place)):
            await _require_customer(work, id_, "participants")
    if len(command.participants) > PARTICIPANTS_MAX:
        message = f"there may be {PARTICIPANTS_MAX} participants"
        work.faults.note(InvalidInputError(message, ("participants",)))


async def _require_customer(work: UnitOfWork, id_: str, argument: str) -> None:
    customer = await work.visible(CUSTOMER, id_, argument)
    if customer.row["erased_at"] is not None:
        raise erased()


async def _add_participants(work: UnitOfWork, interaction: str, customers: Sequence[str]) -> None:
    if not customers:
        return
    rows = [
        {
            "tenant_id": work.tenant,
            "id": work.stores.new_id(),
            "interaction_id": interaction,
            "customer_id": customer,
            "created_at": work.stores.now(),
        }
        for customer in dict.fromkeys(customers)
    ]
    await work.insert(participants, rows)
