"""Verification that everything sealed opens; what is opened is thrown away unread."""

import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.storage.sealed_records import place_of
from domain.values.ids import FIRST_ID
from domain.writing.unit_of_work import Stores, UnitOfWork, unit_of_work
from privacy.cooperative_turns import in_parts
from privacy.database import TenantPool
from privacy.vault import SealingKey, UnsealError
from privacy.vault.key_status import destroyed_among
from privacy.vault.sealing import associated_data, unseal

PAGE = 500

Row = tuple[Any, ...]
"""Id, subject and pack."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that does not open: where it stands, whose it is, and why. Ids only."""

    table: str
    row: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A part that was looked through."""

    rows: int
    broken: Sequence[Broken]


class Verify:
    """Opens the sealed rows of one tenant; ``caller`` is Farley itself."""

    def __init__(self, stores: Stores, vault_pool: TenantPool, caller: Caller, region: str) -> None:
        self._stores = stores
        self._pool = vault_pool
        self._caller = caller
        self._region = region
        self._tenant = caller.principal.tenant_id

    async def all(self) -> AsyncIterator[Verified]:
        """Every row."""
        for resource in self._caller.registry.sealed:
            after = FIRST_ID
            while rows := await self._rows(resource, after=after):
                yield await self._verified(resource, rows)
                after = rows[-1][0]

    async def sample(self, size: int) -> AsyncIterator[Verified]:
        """So many rows of each table, by chance."""
        for resource in self._caller.registry.sealed:
            ids = await self._chosen(resource, size)
            for part in in_parts(ids, PAGE):
                rows = await self._rows(resource, ids=part)
                yield await self._verified(resource, rows)

    async def _verified(self, resource: Entity, rows: Sequence[Row]) -> Verified:
        """What does not open is read once more, since its key may have been changed or destroyed."""
        suspects = await self._broken(resource, rows)
        if suspects:
            suspects = await self._broken(
                resource, await self._rows(resource, ids=[one.row for one in suspects])
            )
        return Verified(len(rows), suspects)

    async def _broken(self, resource: Entity, rows: Sequence[Row]) -> list[Broken]:
        keys, reasons = await self._keys({subject for _, subject, _ in rows})
        prefix, found = place_of(self._tenant, resource).prefix(), []
        for id_, subject, sealed in rows:
            reason = reasons.get(subject)
            if (key := keys.get(subject)) is not None:
                reason = _reason(key, sealed, associated_data(prefix, id_, subject))
            if reason is not None:
                found.append(Broken(str(resource.table.name), id_, subject, reason))
        return found

    async def _keys(
        self, subjects: Collection[str]
    ) -> tuple[Mapping[str, SealingKey], dict[str, str]]:
        """The keys of these people, and why others have none; who was destroyed has no need of one."""
        keys = await self._stores.vault.keys(self._tenant, subjects)
        missing = set(subjects) - keys.keys()
        if missing:
            missing -= await destroyed_among(self._pool, self._tenant, missing)
        return keys, dict.fromkeys(missing, "the vault holds no key of this person")

    async def _chosen(self, resource: Entity, size: int) -> list[str]:
        table, salt = resource.table, os.urandom(8).hex()
        query = (
            sa.select(table.c.id)
            .where(table.c.tenant_id == self._tenant, table.c.sealed.is_not(None))
            .order_by(sa.func.md5(sa.cast(table.c.id, sa.Text) + salt))
            .limit(size)
        )
        async with self._work() as work:
            return [str(row[0]) for row in await work.execute(query)]

    async def _rows(
        self, resource: Entity, *, after: str = FIRST_ID, ids: Sequence[str] | None = None
    ) -> Sequence[Row]:
        table = resource.table
        query = sa.select(table.c.id, table.c[resource.subject or "id"], table.c.sealed)
        query = query.where(table.c.tenant_id == self._tenant, table.c.sealed.is_not(None))
        if ids is None:
            query = query.where(table.c.id > after)
        else:
            query = query.where(
                table.c.id == sa.any_(sa.literal(list(ids), ARRAY(UUID(as_uuid=False))))
            )
        async with self._work() as work:
            rows = await work.execute(query.order_by(table.c.id).limit(PAGE))
            return [tuple(row) for row in rows]

    def _work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(self._stores, self._caller, self._region)


def _reason(key: SealingKey, sealed: bytes, aad: bytes) -> str | None:
    try:
        unseal(key, sealed, aad)
    except UnsealError as error:
        return str(error)
    return None
