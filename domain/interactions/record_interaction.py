"""Interaction, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.tables import participants
from domain.validation.values import TEXT_LENGTH_MAX, kept_value, text
from domain.values.calendar_years import within_years
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.create import created, once
from domain.writing.verbs.hooks import Change, Hooks, Meant, looked_after

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

    Raises ``NotFoundError``, ``ForbiddenError``, ``ConflictError`` and ``InvalidInputError``.
    """
    hooks = Hooks(
        exists=partial(_participants, command.participants),
        given=_read,
        after=partial(_add_participants, command.participants),
        begins=looked_after,
        ours=frozenset({"customer"}),
        refers=frozenset(),
        events={"Created": "InteractionRecorded"},
    )
    return await once(work, command, partial(created, work, INTERACTION, _given(command), hooks))


def _given(command: RecordInteraction) -> Values:
    """What is given, by declared field."""
    given = {
        "duration_seconds": command.duration_seconds,
        "outcome": command.outcome,
        "subject": command.subject,
        "body": command.body,
    }
    return {
        "customer": command.customer_id,
        "channel": command.channel,
        "direction": command.direction,
        "occurred_at": command.occurred_at,
        **{name: value for name, value in given.items() if value},
    }


async def _read(work: UnitOfWork, given: Values) -> Meant:
    return Meant(frozenset(given), partial(_kept, work, given))


async def _kept(work: UnitOfWork, given: Values) -> Values:
    _check(work, given)
    texts = work.faults.of(sealed_values, given.get("subject"), given.get("body")) or {}
    return {**given, **{name: text for name, text in texts.items() if name in given}}


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


def _check(work: UnitOfWork, given: Values) -> None:
    """Note what is wrong with the plain columns."""
    faults, now = work.faults, work.stores.now()
    faults.of(within_years, "occurred_at", given["occurred_at"])
    if given["occurred_at"] > now + CLOCK_SKEW:
        message = "an interaction cannot lie in the future"
        faults.note(InvalidInputError(message, ("occurredAt",)))
    if not 0 <= given.get("duration_seconds", 0) <= DURATION_SECONDS_MAX:
        message = "it must be between 0 seconds and 7 days"
        faults.note(InvalidInputError(message, ("durationSeconds",)))
    for name in ("channel", "direction", "outcome"):
        if name in given:
            faults.of(kept_value, INTERACTION.by_name[name], given[name])


async def _participants(
    customers: Sequence[str], work: UnitOfWork, _given: Values
) -> Sequence[Stored]:
    """The customers who took part; each who is not there for the caller is noted."""
    found = []
    for place, id_ in enumerate(customers[:PARTICIPANTS_MAX]):
        with work.faults.noted("participants", str(place)):
            found.append(await work.visible(CUSTOMER, id_, "participants"))
    if len(customers) > PARTICIPANTS_MAX:
        message = f"there may be {PARTICIPANTS_MAX} participants"
        work.faults.note(InvalidInputError(message, ("participants",)))
    return found


async def _add_participants(customers: Sequence[str], work: UnitOfWork, change: Change) -> None:
    if not customers:
        return
    rows = [
        {
            "tenant_id": work.tenant,
            "id": work.stores.new_id(),
            "interaction_id": change.id,
            "customer_id": customer,
            "created_at": work.stores.now(),
        }
        for customer in dict.fromkeys(customers)
    ]
    await work.insert(participants, rows)
