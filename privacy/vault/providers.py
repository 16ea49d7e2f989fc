"""Root-key providers: what every one does, and the one that keeps the key in a file.

The providers for production are in ``privacy.vault.root_keys``.
"""

import os
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from privacy.vault.key_files import KeyFileError, read_or_create
from privacy.vault.sealing import NONCE_BYTES

KEY_BYTES = 32
ROOT_ID_BYTES = 8
_TAG_BYTES = 16
_UNNAMED_BYTES = NONCE_BYTES + KEY_BYTES + _TAG_BYTES
"""The length of what was wrapped before the root key's id stood in front."""


class KeyProviderError(Exception):
    """The root key is missing, readable by others, set wrongly, or one of the two below.

    Its message names keys, paths and kinds of errors, and never holds key material.
    """


class WrongRootKeyError(KeyProviderError):
    """This root key or context did not wrap this tenant key, or the wrapped key was changed."""


class KeyProviderUnavailableError(KeyProviderError):
    """The provider does not answer, or refuses to; the same call may succeed later."""


class KeyProvider(Protocol):
    """Wraps and unwraps tenant keys. The root key itself never leaves the provider.

    Every method may block for seconds, may be called by several threads at once, and raises
    ``KeyProviderUnavailableError`` while the provider is down.
    """

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a 32-byte key under the newest root key, bound to ``context``, which is UTF-8."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what ``wrap`` made for the same context, under whichever root key it was.

        Raises ``WrongRootKeyError``.
        """
        ...

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The same key for the same context, under the newest root key.

        Raises ``WrongRootKeyError``.
        """
        ...

    def current(self, wrapped: bytes) -> bool:
        """Whether ``wrapped`` names the newest root key as its own; does not open it."""
        ...


class FileKeyProvider:
    """A root key in a file with mode 0600, for development and tests.

    Whoever reads the file and the vault database opens everything. A wrapped key is
    ``id of the root key (8) | nonce (12) | ciphertext | tag (16)``; without the id it opens too.
    """

    def __init__(self, path: Path) -> None:
        key = _root_key(path)
        self._cipher = AESGCM(key)
        self._id = _root_id(key)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        nonce = os.urandom(NONCE_BYTES)
        return self._id + nonce + self._cipher.encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt; raises ``WrongRootKeyError`` when the root key or the context is another."""
        try:
            nonce, ciphertext = self._parted(wrapped)
            return self._cipher.decrypt(nonce, ciphertext, context)
        except (InvalidTag, ValueError):
            message = "the root key does not open this tenant key: is it the right root key file?"
            raise WrongRootKeyError(message) from None

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Encrypt anew, with this root key's id in front."""
        return self.wrap(self.unwrap(wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        """Whether the id of this root key stands in front."""
        return len(wrapped) != _UNNAMED_BYTES and wrapped[:ROOT_ID_BYTES] == self._id

    def _parted(self, wrapped: bytes) -> tuple[bytes, bytes]:
        if len(wrapped) != _UNNAMED_BYTES:
            if wrapped[:ROOT_ID_BYTES] != self._id:
                raise ValueError
            wrapped = wrapped[ROOT_ID_BYTES:]
        return wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]


def _root_key(path: Path) -> bytes:
    try:
        key = read_or_create(path, lambda: AESGCM.generate_key(256))
    except KeyFileError as error:
        raise KeyProviderError(f"the root key {error}") from None
    except OSError as error:
        raise KeyProviderError(f"the root key {path}: {error.strerror}") from None
    if len(key) != KEY_BYTES:
        raise KeyProviderError(f"the root key {path} is not 32 bytes long")
    return key


def _root_id(key: bytes) -> bytes:
    info = b"farley/1/root key id"
    return HKDFExpand(algorithm=SHA256(), length=ROOT_ID_BYTES, info=info).derive(key)
