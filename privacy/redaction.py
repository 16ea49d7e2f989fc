"""Why a field was withheld from a caller."""

from enum import StrEnum


class Reason(StrEnum):
    """The reasons an answer gives beside a null or a mask."""

    DENIED = "DENIED"
    MASKED = "MASKED"
    PURPOSE = "PURPOSE"
    NO_CONSENT = "NO_CONSENT"
    RESTRICTED = "RESTRICTED"
    ERASED = "ERASED"
