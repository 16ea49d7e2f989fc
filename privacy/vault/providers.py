"""Where the root key lives. In development it is a file; production brings a key service."""

import os
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.key_files import KeyFileError, read_or_create
from privacy.vault.sealing import NONCE_BYTES


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


class FileKeyProvider:
    """A root key in a file with mode 0600, for development and tests.

    Whoever reads the file and the vault database opens everything.
    """

    def __init__(self, path: Path) -> None:
        self._cipher = AESGCM(_root_key(path))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt; raises ``KeyProviderError`` when the root key or the context is another."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            message = "the root key does not open this tenant key: is it the right root key file?"
            raise KeyProviderError(message) from None


def _root_key(path: Path) -> bytes:
    try:
        key = read_or_create(path, lambda: AESGCM.generate_key(256))
    except KeyFileError as error:
        raise KeyProviderError(f"the root key {error}") from None
    if len(key) != 32:  # noqa: PLR2004 - 256 bits
        raise KeyProviderError(f"the root key {path} is not 32 bytes long")
    return key
