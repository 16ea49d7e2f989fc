"""Key envelope: what a service wrapped, behind the id of its root key: ``id (8) | what the service made``.

The id is a hash of the service's own name for the key and its version. It is bound to the ciphertext as
associated data, so that no bit of it can be changed.
"""

import hashlib

from privacy.vault.providers import ROOT_ID_BYTES, WrongRootKeyError


def root_id(name: str) -> bytes:
    """The id of a root key by the name that its service gives to this version of it."""
    return hashlib.sha256(f"farley/1/root key id|{name}".encode()).digest()[:ROOT_ID_BYTES]


def envelope_parts(wrapped: bytes) -> tuple[bytes, bytes]:
    """The id and the ciphertext; raises ``WrongRootKeyError`` where there is no ciphertext."""
    if len(wrapped) <= ROOT_ID_BYTES:
        raise WrongRootKeyError("a wrapped tenant key is cut")
    return wrapped[:ROOT_ID_BYTES], wrapped[ROOT_ID_BYTES:]
