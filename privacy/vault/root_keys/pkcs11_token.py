"""Hardware security module as a root-key provider, through PKCS#11 (extra ``pkcs11``)."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import EncryptedDataInvalid, EncryptedDataLenRange, PinIncorrect, PKCS11Error

from privacy.vault.providers import KeyProviderUnavailableError, WrongRootKeyError
from privacy.vault.root_keys.key_envelope import envelope_parts, root_id
from privacy.vault.sealing import NONCE_BYTES

_TAG_BITS = 128
_ONE_AT_A_TIME = threading.Lock()
"""A module is told nothing of threads, and a login belongs to the whole process."""


class _AesKey(Protocol):
    """What the library makes of an AES key at run time, from what the token says of it."""

    label: str

    def encrypt(
        self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams
    ) -> bytes: ...

    def decrypt(
        self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Which key on which token, through which module, and the file of the user's PIN."""

    module: Path
    token: str
    object: str
    pin_file: Path | None = None

    def __str__(self) -> str:
        return f"{self.token}/{self.object}"


class Pkcs11KeyProvider:
    """Encrypts with AES-256-GCM on the token. Versions of a root key are the AES keys labelled ``NAME``,
    ``NAME.1``, ``NAME.2``…, of which the highest number is the newest.

    A wrapped key is ``id of the root key (8) | nonce (12) | ciphertext | tag (16)``. Each call has a
    session of its own, one at a time; a module that hangs cannot be interrupted.
    """

    def __init__(self, key: TokenKey) -> None:
        self._key = key
        self._failed = False
        self._refused_pin: str | None = None

    def __repr__(self) -> str:
        return f"Pkcs11KeyProvider({self._key!s})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        with self._versions() as versions:
            return _encrypted(versions, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt, with whichever version of the root key it names."""
        with self._versions() as versions:
            return self._decrypted(versions, wrapped, context)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt and encrypt anew: what is wrapped is no object of the token's."""
        with self._versions() as versions:
            return _encrypted(versions, self._decrypted(versions, wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        """Whether the version named is the highest on the token."""
        root, _ = envelope_parts(wrapped)
        with self._versions() as versions:
            return root == next(iter(versions))

    def _decrypted(self, versions: dict[bytes, _AesKey], wrapped: bytes, context: bytes) -> bytes:
        root, rest = envelope_parts(wrapped)
        key = versions.get(root)
        if key is None or len(rest) <= NONCE_BYTES:
            raise self._wrong()
        parameters = GCMParams(rest[:NONCE_BYTES], root + context, _TAG_BITS)
        try:
            return key.decrypt(
                rest[NONCE_BYTES:], mechanism=Mechanism.AES_GCM, mechanism_param=parameters
            )
        except (EncryptedDataInvalid, EncryptedDataLenRange):
            raise self._wrong() from None
        except PKCS11Error:
            # Some modules have one code for a wrong tag and a broken token. A broken one fails here too.
            _encrypted(versions, bytes(1), b"")
            raise self._wrong() from None

    @contextmanager
    def _versions(self) -> Iterator[dict[bytes, _AesKey]]:
        """The root key's versions by their ids, the newest first, while a session is open."""
        with _ONE_AT_A_TIME:
            try:
                with self._session() as session:
                    template = {
                        Attribute.CLASS: ObjectClass.SECRET_KEY,
                        Attribute.KEY_TYPE: KeyType.AES,
                    }
                    yield self._sorted(session.get_objects(template))
            except (PKCS11Error, OSError, UnicodeDecodeError) as error:
                self._failed = True
                raise self._unavailable(type(error).__name__) from None

    def _session(self) -> pkcs11.Session:
        """A session. A wrong PIN is tried once only: a token locks itself after a few."""
        pin = self._key.pin_file.read_text().strip() if self._key.pin_file else None
        if pin is not None and pin == self._refused_pin:
            raise self._unavailable("its PIN is wrong")
        try:
            return self._token().open(user_pin=pin)
        except PinIncorrect:
            self._refused_pin = pin
            raise self._unavailable("its PIN is wrong") from None

    def _token(self) -> pkcs11.Token:
        """The token; after a failure the module begins anew, since some never recover else."""
        module = pkcs11.lib(str(self._key.module))
        if self._failed:
            module.reinitialize()
            self._failed = False
        return module.get_token(token_label=self._key.token)

    def _sorted(self, objects: Iterator[pkcs11.Object]) -> dict[bytes, _AesKey]:
        label = re.compile(re.escape(self._key.object) + r"(?:\.([1-9][0-9]{0,5}))?")
        found: dict[int, _AesKey] = {}
        for one in objects:
            key = cast("_AesKey", one)
            if matched := label.fullmatch(key.label):
                found[int(matched[1] or 0)] = key
        if not found:
            raise self._unavailable("it has no such key, or its PIN is missing")
        return {
            root_id(f"pkcs11|{self._key.token}|{found[number].label}"): found[number]
            for number in sorted(found, reverse=True)
        }

    def _wrong(self) -> WrongRootKeyError:
        return WrongRootKeyError(
            f"the key {self._key} on the token does not open this tenant key: is it the right one?"
        )

    def _unavailable(self, why: str) -> KeyProviderUnavailableError:
        return KeyProviderUnavailableError(f"the token does not answer for {self._key}: {why}")


def _encrypted(versions: dict[bytes, _AesKey], key: bytes, context: bytes) -> bytes:
    root, newest = next(iter(versions.items()))
    nonce = os.urandom(NONCE_BYTES)
    parameters = GCMParams(nonce, root + context, _TAG_BITS)
    return (
        root + nonce + newest.encrypt(key, mechanism=Mechanism.AES_GCM, mechanism_param=parameters)
    )
