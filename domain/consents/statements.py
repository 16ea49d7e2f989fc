"""Consent statement: what a person said of one purpose, and whether it counts against what stands.

What cannot be shown to be later than a withdrawal grants nothing: a withdrawal wins over a grant of the
same moment, of the same day and of an unknown time (GDPR Art. 7(1) and (3), Art. 21(3)).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.declaration.field import Values
from domain.values.errors import InvalidInputError

GRANTED, WITHDRAWN = "GRANTED", "WITHDRAWN"
ENDS = "expires_at"


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """A grant or a withdrawal; ``at`` is when it was made, None where that is not told."""

    status: str
    method: str | None
    at: datetime | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CurrentConsent:
    """What stands: the status, since when, and whether that time was told or is that of recording."""

    status: str
    since: datetime
    is_dated: bool


def counts(said: ConsentStatement, current: CurrentConsent | None) -> bool:
    """Whether a statement that arrives now changes what stands."""
    if current is None:
        return True
    if said.status == GRANTED:
        return said.at is not None and _is_after(said.at, current)
    if current.status == WITHDRAWN:
        return said.at is not None and said.at > current.since
    if said.at is None or not current.is_dated:
        return True
    return said.at >= current.since or _is_same_day(said.at, current.since)


def statements_of(values: Values, method: str) -> Iterator[ConsentStatement]:
    """What a row of a list says, in its order: ``status`` with ``given_at`` and ``withdrawn_at``.

    A grant with a withdrawal of its day or of a later one is withdrawn, whatever the status says.
    """
    given, gone = values.get("given_at"), values.get("withdrawn_at")
    method = values.get("method") or method
    granted = ConsentStatement(GRANTED, method, given, values.get("expires_at"))
    if is_withdrawal(values):
        if given is not None:
            yield granted
        at = given if gone is not None and given is not None and given > gone else gone
        yield ConsentStatement(WITHDRAWN, method, at)
        return
    if gone is not None:
        yield ConsentStatement(WITHDRAWN, method, gone)
    yield granted


def is_withdrawal(values: Values) -> bool:
    """Whether a row of a list says in the end that the consent is withdrawn."""
    if values.get("status") == WITHDRAWN:
        return True
    given, gone = values.get("given_at"), values.get("withdrawn_at")
    return gone is not None and (given is None or gone >= given or _is_same_day(gone, given))


def require_order(
    given: datetime | None, ends: datetime | None, path: tuple[str, ...] = (ENDS,)
) -> None:
    """Raise ``InvalidInputError`` for a consent that ends before it begins; none of either is in order."""
    if given is not None and ends is not None and ends <= given:
        raise InvalidInputError("a consent cannot end before it begins", path)


def changed(row: Values, said: ConsentStatement, now: datetime) -> dict[str, Any]:
    """The consent's row after a statement that counts. Withdrawing leaves how and when it was given. Of a
    grant that is over when it arrives without a date nobody knows when it was given.
    """
    at = said.at or now
    if said.status == WITHDRAWN:
        return {**row, "status": WITHDRAWN, "withdrawn_at": at, "updated_at": now}
    return {
        **row,
        "status": GRANTED,
        "method": said.method or row["method"],
        "given_at": None if said.at is None and _is_over(said, now) else at,
        "withdrawn_at": None,
        "expires_at": said.expires_at,
        "updated_at": now,
    }


def _is_over(said: ConsentStatement, now: datetime) -> bool:
    return said.expires_at is not None and said.expires_at <= now


def _is_after(at: datetime, current: CurrentConsent) -> bool:
    if current.status == WITHDRAWN and _is_same_day(at, current.since):
        return False
    return at > current.since


def _is_same_day(one: datetime, other: datetime) -> bool:
    """On the calendar of the first, whose zone is that of the list which tells it."""
    return one.date() == other.astimezone(one.tzinfo).date()
