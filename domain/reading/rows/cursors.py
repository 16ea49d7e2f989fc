"""Cursors: a row's place in an order, sealed and bound to the tenant, the order and the filter."""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.reading.plan.criteria import Compare, Filter, Related
from domain.reading.plan.plan import Connection
from domain.values.errors import InvalidInputError
from privacy.vault.sealing import NONCE_BYTES

LENGTH_MAX = 20_000
"""Names of 200 characters stand in the cursors of an order by name, folded and in UTF-8."""

_decode = msgspec.msgpack.Decoder(list[str | None]).decode


class CursorSealer:
    """Seals the cursors of one connection with the first of its keys, and opens what any of them sealed."""

    def __init__(self, keys: Sequence[bytes], tenant: str, plan: Connection, values: bytes) -> None:
        shape = repr((plan.resource, plan.order, _shape(plan.filter))).encode()
        self._ciphers = tuple(map(AESGCM, keys))
        self._argument = "before" if plan.backwards else "after"
        self._aad = hashlib.sha256(b"%b\0%b\0%b" % (tenant.encode(), shape, values)).digest()

    def seal(self, position: list[str | None]) -> str:
        """An opaque text for a place in the order."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, msgspec.msgpack.encode(position), self._aad)
        return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()

    def open(self, cursor: str) -> list[str | None]:
        """The place; raises ``InvalidInputError`` for a cursor that was changed or made elsewhere."""
        try:
            text = cursor[:LENGTH_MAX]
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return _decode(self._opened(data))
        except (InvalidTag, ValueError, binascii.Error, msgspec.MsgspecError):
            message = "the cursor does not belong to this connection, its order and its filter"
            raise InvalidInputError(message, (self._argument,), code="INVALID_CURSOR") from None

    def _opened(self, data: bytes) -> bytes:
        for cipher in self._ciphers[:-1]:
            with suppress(InvalidTag):
                return cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self._aad)
        return self._ciphers[-1].decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self._aad)


def _shape(filter_: Filter | None) -> object:
    """The filter without its bind parameters: their numbers follow from the whole document."""
    if filter_ is None:
        return None
    if isinstance(filter_, Compare):
        return filter_.field, filter_.operator
    if isinstance(filter_, Related):
        return filter_.edge, filter_.quantifier, _shape(filter_.filter)
    return filter_.junction, tuple(map(_shape, filter_.parts))
