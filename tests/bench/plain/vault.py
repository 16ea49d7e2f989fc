"""A vault without keys: everything is at hand, nothing is sealed, tags and tokens are plain."""

from collections.abc import Iterable
from typing import Any, cast

from privacy.vault import IndexKeys, SealingKey, Vault

INDEX_ROOT = bytes(32)
"""For what is keyed without being sealed: cursors, API keys, fingerprints of requests."""
NO_KEY = cast("SealingKey", object())


def _reference(subject: str) -> str:
    """As long as a keyed reference."""
    return subject.replace("-", "")


class PlainIndex(IndexKeys):
    """Values stand for themselves. Tokens are Python's own hashes: they need PYTHONHASHSEED=0."""

    def __init__(self, root: bytes) -> None:
        super().__init__(root)
        self.reference = _reference

    def tag(self, field: str, normalised: str) -> bytes:
        return normalised.encode()

    def suppression(self, field: str, normalised: str) -> bytes:
        return normalised.encode()

    def tokens(self, kind: str, field: str, texts: Iterable[str]) -> list[int]:
        return [hash((kind, field, text)) for text in texts]

    def tokens_together(self, kind: str, field: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        return tuple([hash((kind, field, text)) for text in texts])


class PlainVault(Vault):
    """Asks no database for keys and makes none."""

    plain_index = PlainIndex(INDEX_ROOT)

    async def index(self, tenant: str) -> IndexKeys:
        return self.plain_index

    async def keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        return dict.fromkeys(subjects, NO_KEY)

    async def create_keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        return dict.fromkeys(subjects, NO_KEY)


def unseal_rows(
    prefix: str, keys: Any, sealed: Iterable[bytes | None], rows: Any, subjects: Any
) -> list[bytes | None]:
    """In place of ``sealing.unseal_rows``: packs lie open."""
    return list(sealed)
