"""Journal line: a tombstone of fixed length, with a checksum.

``farley1 E 2026-11-22T12:00:00Z <tenant> <person> <the first 16 hexadecimal digits of the line's
SHA-256>``. A line that a crash cut off is shorter; one of that length or more whose checksum is wrong
was damaged.
"""

import hashlib
import re
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from privacy.tombstones.tombstone import Tombstone, TombstoneKind

VERSION = "farley1"
TIME = "%Y-%m-%dT%H:%M:%SZ"
CHECKED = "C"
"""The letter of a line that says: what is damaged above it was looked at."""
NOBODY = str(UUID(int=0))
LETTERS = {TombstoneKind.ERASED: "E", TombstoneKind.FORGOTTEN: "F"}
KINDS = {letter: kind for kind, letter in LETTERS.items()}

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_LINE = re.compile(
    rf"(?P<said>{VERSION} (?P<letter>[EFC]) (?P<at>[0-9T:-]{{19}}Z) (?P<tenant>{_UUID})"
    rf" (?P<subject>{_UUID})) (?P<checksum>[0-9a-f]{{16}})"
)


class Unreadable(Enum):
    """Why a line tells nothing of anybody."""

    TORN = "torn"
    DAMAGED = "damaged"
    CHECKED = "checked"


def encoded(tombstone: Tombstone) -> bytes:
    """The line of a tombstone, with its end."""
    return _line(LETTERS[tombstone.kind], tombstone.at, tombstone.tenant, tombstone.subject)


def checked(at: datetime) -> bytes:
    """The line that says that somebody looked at what is damaged above it."""
    return _line(CHECKED, at, NOBODY, NOBODY)


def decoded(line: bytes) -> Tombstone | Unreadable:
    """What a line without its end says."""
    found = _LINE.fullmatch(line.decode("latin-1"))
    if found is None or found["checksum"] != _checksum(found["said"]):
        # A file system may leave zeros behind where a crash kept it from writing.
        is_torn = len(line.strip(b"\0")) < LENGTH
        return Unreadable.TORN if is_torn else Unreadable.DAMAGED
    if found["letter"] == CHECKED:
        return Unreadable.CHECKED
    try:
        at = datetime.strptime(found["at"], TIME).replace(tzinfo=UTC)
    except ValueError:
        return Unreadable.DAMAGED
    return Tombstone(found["tenant"], found["subject"], KINDS[found["letter"]], at)


def _line(letter: str, at: datetime, tenant: str, subject: str) -> bytes:
    said = f"{VERSION} {letter} {at.astimezone(UTC).strftime(TIME)} {tenant} {subject}"
    return f"{said} {_checksum(said)}\n".encode()


def _checksum(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]


LENGTH = len(checked(datetime.fromtimestamp(0, UTC))) - 1
