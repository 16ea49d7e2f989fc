"""Vault: keys per person, sealed values and blind indexes."""

from privacy.vault.blind_index import IndexKeys
from privacy.vault.sealing import ClosedKey, Place, Sealed, SealingKey, UnsealError
from privacy.vault.vault import SubjectDestroyedError, Vault, VaultError

__all__ = [
    "ClosedKey",
    "IndexKeys",
    "Place",
    "Sealed",
    "SealingKey",
    "SubjectDestroyedError",
    "UnsealError",
    "Vault",
    "VaultError",
]
