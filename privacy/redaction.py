"""Redaction reasons: why a field was withheld from a caller."""

from collections.abc import Iterable
from enum import StrEnum


class Reason(StrEnum):
    """The reasons an answer gives beside a null or a mask."""

    DENIED = "DENIED"
    MASKED = "MASKED"
    PURPOSE = "PURPOSE"
    NO_CONSENT = "NO_CONSENT"
    RESTRICTED = "RESTRICTED"
    ERASED = "ERASED"
    DAMAGED = "DAMAGED"


def told(reasons: Iterable[Reason | None]) -> Reason | None:
    """Why something is withheld that is made of several parts: the first part's reason that is withheld.

    A denial gives way to a restriction: without that the whole would be shown, by the restricted part.
    """
    found = [reason for reason in reasons if reason is not None]
    first = next(iter(found), None)
    return Reason.RESTRICTED if first is Reason.DENIED and Reason.RESTRICTED in found else first
