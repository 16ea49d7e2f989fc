"""Where the root key lives. In development it is a file; production brings a key service."""

import os
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
        self._cipher = AESGCM(_read_or_create(path))

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


def _read_or_create(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(descriptor, "wb") as file:
        key = AESGCM.generate_key(256)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        message = f"the root key {path} can be read by others: chmod 600 it"
        raise KeyProviderError(message)
    key = path.read_bytes()
    if len(key) != 32:  # noqa: PLR2004 - 256 bits
        message = f"the root key {path} is not 32 bytes long"
        raise KeyProviderError(message)
    return key
