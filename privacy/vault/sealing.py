"""Sealing: AES-256-GCM with a random 96-bit nonce, bound to the place a value stands in.

Layout of a sealed value, version 1::

    version (1 byte) | algorithm (1) | key number (4, big-endian) | nonce (12) | ciphertext and tag

The associated data holds, each with its length before it: version, tenant, table, part, row and
subject. A ciphertext that was moved to another tenant, table, part, row or person does not open.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy import caches

VERSION = 1
AES_256_GCM = 1
NONCE_BYTES = 12
FORM_BYTES = 2 + 4
HEADER_BYTES = FORM_BYTES + NONCE_BYTES
TAG_BYTES = 16

_FOREIGN = "the sealed value does not belong here or was changed"


class UnsealError(Exception):
    """A sealed value did not open; carries ids only, as far as they are known, never bytes of the value."""

    def __init__(self, reason: str, row: str | None = None, subject: str | None = None) -> None:
        super().__init__(reason)
        self.row = row
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext. Its repr shows nothing."""

    data: bytes

    def __repr__(self) -> str:
        return "Sealed(***)"


@dataclass(slots=True, eq=False)  # Frozen, it takes three times as long to make.
class SealingKey:
    """A key that is ready for use. Its repr shows nothing; it must never be logged or pickled."""

    number: int
    cipher: AESGCM
    others: "tuple[SealingKey, ...]" = ()
    """The person's keys of other numbers, which only open what was sealed with them."""
    form: bytes = field(init=False)
    """How every value begins that was sealed with it."""
    decrypt: Callable[[bytes, bytes, bytes | None], bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.form = _form(self.number)
        self.decrypt = self.cipher.decrypt

    def __repr__(self) -> str:
        return f"SealingKey(number={self.number})"

    def __reduce__(self) -> str:
        message = "a key is never pickled"
        raise TypeError(message)


class _NoCipher:
    """Stands where the secret of a key does not open."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def decrypt(self, *_: object) -> NoReturn:
        raise UnsealError(self._reason)

    encrypt = decrypt


class ClosedKey(SealingKey):
    """A person's key that does not open: nothing is opened or sealed with it, each try is an
    ``UnsealError``. Values that were sealed with ``others`` open.
    """

    __slots__ = ()

    def __init__(self, number: int, reason: str, others: tuple[SealingKey, ...] = ()) -> None:
        super().__init__(number, _NoCipher(reason), others)  # type: ignore[arg-type]  # It is no cipher.


@dataclass(frozen=True, slots=True)
class Place:
    """The tenant, table and part (a column or a pack) that a sealed value belongs to.

    ``table`` and ``part`` are stable names of their own, so that renaming a column breaks no data.
    """

    tenant: str
    table: str
    part: str = "pack"

    def prefix(self) -> str:
        """The part of the associated data that is the same for every row, as ASCII text."""
        return _prefix(self)


@lru_cache(maxsize=caches.PLACE_PREFIXES)
def _prefix(place: Place) -> str:
    parts = chr(VERSION), place.tenant, place.table, place.part
    # Names are shorter than 128 characters, so that their lengths are ASCII too.
    return "".join(len(part).to_bytes(2, "big").decode("ascii") + part for part in parts)


def associated_data(prefix: str, row: str, subject: str) -> bytes:
    """The associated data of one row; ids are canonical lower-case UUID text (36 characters)."""
    return f"{prefix}\0\x24{row}\0\x24{subject}".encode()


@lru_cache(maxsize=caches.KEY_FORMS)
def _form(number: int) -> bytes:
    return bytes((VERSION, AES_256_GCM)) + number.to_bytes(FORM_BYTES - 2, "big")


def _maker(key: SealingKey, sealed: bytes) -> SealingKey:
    """The person's key of another number that made the value; raises ``UnsealError``."""
    form = sealed[:FORM_BYTES]
    for other in key.others:
        if other.form == form:
            return other
    if form[:2] != bytes((VERSION, AES_256_GCM)):
        raise UnsealError("the sealed value has an unknown form")
    raise UnsealError("the sealed value was made with another key")


def unseal_rows(
    prefix: str,
    keys: Iterable[SealingKey | None],
    sealed: Iterable[bytes | None],
    rows: Iterable[str],
    subjects: Iterable[str],
) -> list[bytes | None]:
    """Decrypt one value of each row, all of one place; none where there is no key or no value.

    Raises as ``unseal``. One loop without calls of our own: a page opens hundreds.
    """
    opened: list[bytes | None] = []
    add = opened.append
    row = subject = None
    try:
        for key, value, row, subject in zip(keys, sealed, rows, subjects, strict=True):
            if key is None or value is None:
                add(None)
                continue
            aad = f"{prefix}\0\x24{row}\0\x24{subject}".encode()
            if value[:FORM_BYTES] != key.form:
                key = _maker(key, value)  # noqa: PLW2901 - the one of another number
            add(key.decrypt(value[FORM_BYTES:HEADER_BYTES], value[HEADER_BYTES:], aad))
    except (InvalidTag, ValueError):
        raise UnsealError(_FOREIGN, row, subject) from None
    except UnsealError as error:
        raise UnsealError(str(error), row, subject) from None
    return opened


def seal(key: SealingKey, plaintext: bytes, aad: bytes) -> Sealed:
    """Encrypt ``plaintext`` for the place that ``aad`` describes."""
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(key.form + nonce + key.cipher.encrypt(nonce, plaintext, aad))


def unseal(key: SealingKey, sealed: bytes, aad: bytes) -> bytes:
    """Decrypt; raises ``UnsealError`` for anything that was cut, changed, moved or made by another key."""
    if sealed[:FORM_BYTES] != key.form:
        key = _maker(key, sealed)
    try:
        return key.decrypt(sealed[FORM_BYTES:HEADER_BYTES], sealed[HEADER_BYTES:], aad)
    except (InvalidTag, ValueError):  # Too short for a nonce or a tag.
        raise UnsealError(_FOREIGN) from None
