"""Tenant keys: the versions that wrap its people's keys, and its index root."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.database import TenantPool
from privacy.vault.blind_index import IndexKeys
from privacy.vault.index_roots import INDEX, Secrets, Step, index_keys
from privacy.vault.providers import KeyProvider
from privacy.vault.sealing import NONCE_BYTES

KEY_BYTES = 32


class VaultError(Exception):
    """The vault has no keys for this tenant, or one of its keys was changed; carries ids only."""


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """Ready for use. Never logged or pickled."""

    sealing: Mapping[int, AESGCM]
    """By version; those that were retired are absent."""
    current: int
    index: IndexKeys
    secrets: Secrets
    """Of what the index keys were made."""
    step: Step | None = None
    """Where one index root takes another's place, how far that is."""

    def __repr__(self) -> str:
        return "TenantKeys(***)"

    def __reduce__(self) -> str:
        message = "keys are never pickled"
        raise TypeError(message)

    def wrap(self, tenant: str, subject: str, number: int, key: bytes | bytearray) -> bytes:
        """A person's key under the newest version, bound to tenant, person and both numbers."""
        nonce = os.urandom(NONCE_BYTES)
        aad = _aad(tenant, subject, number, self.current)
        return nonce + self.sealing[self.current].encrypt(nonce, key, aad)

    def unwrap(
        self, tenant: str, subject: str, number: int, version: int, wrapped: bytes
    ) -> bytearray:
        """A person's key in the clear.

        Raises ``VaultError`` where the key was changed or moved, or its version is not there.
        """
        key = bytearray(KEY_BYTES)
        try:
            aad = _aad(tenant, subject, number, version)
            cipher = self.sealing[version]
            cipher.decrypt_into(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], aad, key)
        except KeyError:
            message = f"the key of {subject} names version {version} of the tenant's, which is gone"
            raise VaultError(message) from None
        except (InvalidTag, ValueError):
            message = f"the key of {subject} does not open: it was changed or belongs to another"
            raise VaultError(message) from None
        return key


async def load(
    pool: TenantPool, provider: KeyProvider, tenant: str, known: TenantKeys | None = None
) -> TenantKeys:
    """The keys as they stand now; the provider is not asked for those that are ``known``.

    Raises ``VaultError``, ``KeyProviderError`` and ``DatabaseUnavailableError``.
    """
    rows = await pool.fetch(
        tenant,
        "SELECT use, version, wrapped, step FROM tenant_keys WHERE tenant_id = $1 ORDER BY version",
        tenant,
    )
    sealing: dict[int, AESGCM] = dict(known.sealing) if known else {}
    secrets = dict(known.secrets) if known else {}
    for use, version, wrapped, _ in rows:
        if version in sealing if use == "seal" else (use, version) in secrets:
            continue
        key = await asyncio.to_thread(provider.unwrap, wrapped, context(tenant, use))
        if use == "seal":
            sealing[version] = AESGCM(key)
        else:
            secrets[use, version] = key
    step = next((Step(step) for _, _, _, step in rows if step is not None), None)
    kept = {version for use, version, *_ in rows if use == "seal"}
    there = {(use, version): secrets[use, version] for use, version, *_ in rows if use != "seal"}
    if known is not None and (there.keys(), step) == (known.secrets.keys(), known.step):
        index = known.index
    elif kept and any(use == INDEX for use, _ in there):
        index = index_keys(there, step)
    else:
        message = "the vault holds no keys for this tenant"
        raise VaultError(message)
    return TenantKeys({v: sealing[v] for v in kept}, max(kept), index, there, step)


def context(tenant: str, use: str) -> bytes:
    """What a tenant key is bound to."""
    return f"farley/1|{tenant}|{use}".encode()


def _aad(tenant: str, subject: str, number: int, version: int) -> bytes:
    return f"farley/1|{tenant}|{subject}|{number}|{version}".encode()
