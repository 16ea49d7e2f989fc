"""Errors of the domain. They carry ids and names of fields, never a personal value."""

from dataclasses import dataclass, field


@dataclass
class FarleyError(Exception):
    """Something the caller can be told: a stable code, a sentence, and where it is about."""

    message: str
    path: tuple[str, ...] = ()
    code: str = field(default="ERROR", kw_only=True)

    def __str__(self) -> str:
        return self.message

    @property
    def faults(self) -> "tuple[FarleyError, ...]":
        """Each single thing that is wrong; most errors are one."""
        return (self,)


@dataclass
class InvalidInputError(FarleyError):
    """A value has the wrong form, is too long, or cannot be."""

    code: str = field(default="INVALID", kw_only=True)


@dataclass
class SeveralFaultsError(InvalidInputError):
    """More than one thing is wrong with an input; what it says by itself is the first of them."""

    several: tuple[FarleyError, ...] = field(default=(), kw_only=True)

    @property
    def faults(self) -> tuple[FarleyError, ...]:
        """All of them, in the order of the input."""
        return self.several


@dataclass
class NotFoundError(FarleyError):
    """There is no such record, or the caller may not know that there is."""

    code: str = field(default="NOT_FOUND", kw_only=True)


@dataclass
class ForbiddenError(FarleyError):
    """The policy does not allow it."""

    code: str = field(default="FORBIDDEN", kw_only=True)


@dataclass
class StaleVersionError(FarleyError):
    """The record was changed since the caller read it."""

    code: str = field(default="STALE_VERSION", kw_only=True)


@dataclass
class ConflictError(FarleyError):
    """It contradicts what is already there."""

    code: str = field(default="CONFLICT", kw_only=True)


@dataclass
class DamagedError(FarleyError):
    """What is sealed of the record does not open, so nothing may be written over it."""

    code: str = field(default="DAMAGED", kw_only=True)


@dataclass
class TooManyError(FarleyError):
    """The caller has done it too often for now."""

    code: str = field(default="TOO_MANY", kw_only=True)


@dataclass
class SuppressedError(FarleyError):
    """The person was erased and asked not to be taken in again."""

    code: str = field(default="SUPPRESSED", kw_only=True)
