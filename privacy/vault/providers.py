"""Where the root key lives. In development it is a file; production brings a key service."""

import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.key_files import KeyFileError, read_or_create
from privacy.vault.sealing import NONCE_BYTES

NAME_BYTES = 8


class KeyProviderError(Exception):
    """The root key is missing, readable by others, or not the one that wrapped this key."""


class KeyProvider(Protocol):
    """Wraps and unwraps tenant keys. The root key itself never leaves the provider."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a 32-byte key, bound to ``context``."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what ``wrap`` made for the same context; raises ``KeyProviderError``."""
        ...

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The same key under the newest root key; raises ``KeyProviderError``."""
        ...

    def current(self, wrapped: bytes) -> bool:
        """Whether a key is wrapped under the newest root key."""
        ...


class FileKeyProvider:
    """A root key in a file with mode 0600, for development and tests.

    Whoever reads the file and the vault database opens everything. Older root keys stand beside it
    (``root.key.1``, ``root.key.2``, …) until ``rewrap`` has left none that is needed.
    """

    def __init__(self, path: Path) -> None:
        older = sorted(path.parent.glob(f"{path.name}.*[0-9]"))
        roots = [_root_key(path), *map(_root_key, older)]
        self._ciphers = {_name(root): AESGCM(root) for root in reversed(roots)}
        self._newest = _name(roots[0])

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``; the root key's name stands before it."""
        nonce = os.urandom(NONCE_BYTES)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt; raises ``KeyProviderError`` when the root key or the context is another."""
        for cipher, bare in self._candidates(wrapped):
            try:
                return cipher.decrypt(bare[:NONCE_BYTES], bare[NONCE_BYTES:], context)
            except (InvalidTag, ValueError):
                continue
        message = "the root key does not open this tenant key: is it the right root key file?"
        raise KeyProviderError(message)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The same key under the newest root key; raises ``KeyProviderError``."""
        return self.wrap(self.unwrap(wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        """Whether a key is wrapped under the newest root key."""
        return wrapped[:NAME_BYTES] == self._newest

    def _candidates(self, wrapped: bytes) -> Iterator[tuple[AESGCM, bytes]]:
        """The root key that is named, and for what was wrapped before they had names, each of them."""
        named = self._ciphers.get(wrapped[:NAME_BYTES])
        if named is not None:
            yield named, wrapped[NAME_BYTES:]
        for cipher in self._ciphers.values():
            yield cipher, wrapped


def _name(root: bytes) -> bytes:
    """From which the key cannot be told."""
    return hmac.digest(root, b"farley/1/root-key-name", "sha256")[:NAME_BYTES]


def _root_key(path: Path) -> bytes:
    try:
        key = read_or_create(path, lambda: AESGCM.generate_key(256))
    except KeyFileError as error:
        raise KeyProviderError(f"the root key {error}") from None
    if len(key) != 32:  # noqa: PLR2004 - 256 bits
        raise KeyProviderError(f"the root key {path} is not 32 bytes long")
    return key
