"""Tombstone: that a person's key was destroyed. It holds ids and a time, never a value."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TombstoneKind(StrEnum):
    """Why: ERASED people are kept from being taken in again, FORGOTTEN ones (of whom only a deal that is
    over spoke) are not.
    """

    ERASED = "ERASED"
    FORGOTTEN = "FORGOTTEN"


Key = tuple[str, str]
"""Tenant and person."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One person of one tenant, and when their key was destroyed."""

    tenant: str
    subject: str
    kind: TombstoneKind
    at: datetime

    @property
    def key(self) -> Key:
        """Of whom: two tombstones of the same person are one."""
        return self.tenant, self.subject


Tombstones = Mapping[Key, Tombstone]


@dataclass(frozen=True, slots=True)
class Extent:
    """How many tombstones, and which: the exclusive or of their digests, whatever their order."""

    count: int
    digest: int


def digest(key: Key) -> int:
    """A signed 64-bit number, as ``count_tombstone`` of the databases works it out."""
    hashed = hashlib.sha256("".join(key).encode()).digest()
    return int.from_bytes(hashed[:8], "big", signed=True)


def by_key(tombstones: Iterable[Tombstone]) -> dict[Key, Tombstone]:
    """The first of each person."""
    found: dict[Key, Tombstone] = {}
    for tombstone in tombstones:
        found.setdefault(tombstone.key, tombstone)
    return found


def lacking(known: Tombstones, wanted: Iterable[Tombstones]) -> tuple[Tombstone, ...]:
    """Those of the wanted that are not known, each once."""
    found = by_key(one for part in wanted for one in part.values() if one.key not in known)
    return tuple(found.values())
