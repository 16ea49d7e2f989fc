"""Trusted documents: operations that a tenant's own applications use, known by their hash."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy import caches
from privacy.database import TenantPool

FRESH_S = 30.0
"""How long a removed document, or a changed rule, may still be taken for the old one."""

PREFIX = "sha256:"
_ID = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """One document as it was added."""

    id: str
    name: str
    created_at: datetime


def document_id(text: str) -> str:
    """The id of a document: the SHA-256 of its UTF-8 text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class TrustedDocuments:
    """The tenants' documents, by id; those used last are remembered for a short time."""

    def __init__(self, pool: TenantPool, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._clock = clock
        self._texts: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()
        self._required: dict[str, tuple[float, bool]] = {}

    async def text(self, tenant: str, id_: str) -> str | None:
        """The document of that id, if the tenant trusts one."""
        key = (tenant, id_.removeprefix(PREFIX))
        if not _ID.fullmatch(key[1]):
            return None
        found = self._texts.get(key)
        if found is not None and self._clock() < found[0]:
            return found[1]
        sql = "SELECT text FROM trusted_documents WHERE tenant_id = $1 AND id = $2"
        rows = await self._pool.fetch(tenant, sql, *key)
        if not rows:
            self._texts.pop(key, None)
            return None
        text = str(rows[0][0])
        self._texts[key] = self._clock() + FRESH_S, text
        self._texts.move_to_end(key)
        if len(self._texts) > caches.TRUSTED_DOCUMENTS:
            self._texts.popitem(last=False)
        return text

    async def are_required(self, tenant: str) -> bool:
        """Whether other documents need a scope of the token."""
        found = self._required.get(tenant)
        if found is None or self._clock() >= found[0]:
            sql = "SELECT trusted_documents_only FROM tenants WHERE tenant_id = $1"
            rows = await self._pool.fetch(tenant, sql, tenant)
            required = bool(rows[0][0]) if rows else True
            found = self._required[tenant] = self._clock() + FRESH_S, required
        return found[1]

    async def require(self, tenant: str, *, required: bool) -> None:
        """Say whether other documents need a scope from now on."""
        sql = "UPDATE tenants SET trusted_documents_only = $2 WHERE tenant_id = $1"
        await self._pool.fetch(tenant, sql, tenant, required)
        self._required.pop(tenant, None)

    async def add(self, tenant: str, name: str, text: str, now: datetime) -> str:
        """Trust a document; returns its id. One that is trusted already stays as it is."""
        id_ = document_id(text)
        sql = (
            "INSERT INTO trusted_documents (tenant_id, id, name, text, created_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
        )
        await self._pool.fetch(tenant, sql, tenant, id_, name, text, now)
        return id_

    async def remove(self, tenant: str, id_: str) -> bool:
        """Trust a document no more; returns whether it was trusted."""
        key = (tenant, id_.removeprefix(PREFIX))
        sql = "DELETE FROM trusted_documents WHERE tenant_id = $1 AND id = $2 RETURNING id"
        self._texts.pop(key, None)
        return bool(await self._pool.fetch(tenant, sql, *key))

    async def all(self, tenant: str) -> Sequence[TrustedDocument]:
        """Every document that the tenant trusts, in the order of their names."""
        sql = (
            "SELECT id, name, created_at FROM trusted_documents"
            " WHERE tenant_id = $1 ORDER BY name, id"
        )
        return [TrustedDocument(*row) for row in await self._pool.fetch(tenant, sql, tenant)]
