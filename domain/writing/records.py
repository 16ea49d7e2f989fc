"""Record store of the gate of writing: rows loaded under a lock, sealed, compared by version."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.access.access_log import AccessLog
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.storage import lookup_rows
from domain.storage.sealed_records import decode_sealed, encode_sealed, note_damage, place_of
from domain.tables import INDEXES, lookup_tags
from domain.validation.contact_points import judged
from domain.values.errors import DamagedError
from domain.values.point_ids import identified
from domain.values.refusals import absent, stale
from domain.writing.indexing import index_basis, index_record
from policy.access import Access
from policy.subjects.principals import Principal
from privacy.vault import (
    ClosedKey,
    SealingKey,
    SubjectDestroyedError,
    UnsealError,
    Vault,
)
from privacy.vault.sealing import associated_data, seal, unseal_rows


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is: its plain columns and its opened sealed fields."""

    resource: Entity
    row: Values
    sealed: Values
    is_closed: bool = False
    """Its sealed fields do not open. INVARIANT: nothing is written over them."""

    @property
    def is_unread(self) -> bool:
        """Something is sealed that was not opened: it does not open, or nobody has the key any more."""
        return self.row.get("sealed") is not None and not self.sealed

    @property
    def id(self) -> str:
        """The record's id."""
        return str(self.row["id"])

    @property
    def subject(self) -> str:
        """Whose data it is; of a record that is nobody's, its own id."""
        return str(self.row[self.resource.subject or "id"])

    @property
    def version(self) -> int:
        """The version that a change must name."""
        return int(self.row["version"])


def following(stored: Stored, row: Values, sealed: Values, tenant: str) -> Values:
    """The sealed fields of a record that is about to be replaced, with what follows from its plain columns;
    ``tenant`` is the region of its tenant.
    """
    country = row.get("country")
    return sealed if country == stored.row.get("country") else judged(sealed, country, tenant)


class Records:
    """Reads and writes single records of one tenant inside a transaction."""

    def __init__(
        self,
        connection: AsyncConnection,
        tenant: str,
        vault: Vault,
        region: str,
        access_log: AccessLog,
    ) -> None:
        self._access_log = access_log
        self._connection = connection
        self._tenant = tenant
        self._vault = vault
        self._region = region

    async def load(
        self,
        resource: Entity,
        id_: str,
        seen_by: tuple[Access, Principal] | None = None,
        *,
        even_closed: bool = False,
    ) -> Stored:
        """The record, locked until the transaction ends; raises ``NotFoundError``, and ``DamagedError`` for
        one that does not open: with ``even_closed`` it is as one of which nothing is sealed.

        INVARIANT: a record that is not seen is neither found, locked nor opened: the database does the same
        as for one that is not there.
        """
        table = resource.table
        query = sa.select(table).where(table.c.tenant_id == self._tenant, table.c.id == id_)
        if seen_by is not None:
            access, principal = seen_by
            bound = {**principal.binds(), "purpose": access.purpose}
            query = query.where(access.where(table)).params(bound)
        row = (await self._connection.execute(query.with_for_update())).mappings().one_or_none()
        if row is None:
            raise absent(resource.name)
        stored = await self._opened(resource, dict(row))
        if stored.is_closed and not even_closed:
            raise damaged(resource)
        return stored

    async def add(self, resource: Entity, row: Values, sealed: Values) -> None:
        """Insert a record, seal its personal fields and index them."""
        values = {
            **row,
            "tenant_id": self._tenant,
            **await self._sealed_record(resource, row, sealed),
        }
        await self._connection.execute(sa.insert(resource.table).values(values))
        await self._index(resource, row, sealed, counted=lookup_rows.counted_singly(row["id"]))

    async def replace(self, stored: Stored, row: Values, sealed: Values) -> None:
        """Write a changed record; of one that was not opened only the plain columns: what it is found by
        stays. Raises ``StaleVersionError`` where another was quicker, and ``DamagedError``.
        """
        is_plain = stored.is_unread and sealed == stored.sealed
        if stored.is_closed and not is_plain:
            raise damaged(stored.resource)
        table = stored.resource.table
        sealed = sealed if is_plain else following(stored, row, sealed, self._region)
        pack = {} if is_plain else await self._sealed_record(stored.resource, row, sealed)
        changed = {**row, **pack, "version": stored.version + 1}
        query = sa.update(table).where(
            table.c.tenant_id == self._tenant,
            table.c.id == stored.id,
            table.c.version == stored.version,
        )
        if (await self._connection.execute(query.values(changed))).rowcount != 1:
            raise stale(stored.resource.name)
        if not is_plain:
            await self._unindex(stored)
            await self._index(stored.resource, row, sealed)

    async def _opened(self, resource: Entity, row: Values) -> Stored:
        if row.get("sealed") is None or resource.subject is None:
            return Stored(resource, row, {})
        subject = row[resource.subject]
        keys = await self._vault.keys(self._tenant, [subject])
        self._access_log.opened(resource, (f.name for f in resource.sealed), keys)
        return opened_row(self._tenant, resource, row, keys)

    async def _sealed_record(
        self, resource: Entity, row: Values, sealed: Values
    ) -> dict[str, bytes]:
        if resource.subject is None or not resource.sealed:
            return {}
        subject = row[resource.subject]
        keys = await self._vault.keys(self._tenant, [subject])
        if subject not in keys:
            raise SubjectDestroyedError("the person was erased")
        if isinstance(keys[subject], ClosedKey):
            raise damaged(resource)
        whole = identified(row["id"], sealed)
        return {
            "sealed": sealed_record(
                self._tenant, resource, row["id"], keys[subject], subject, whole
            )
        }

    async def _index(
        self, resource: Entity, row: Values, sealed: Values, *, counted: bool = False
    ) -> None:
        keys = await self._vault.index(self._tenant)
        written = [(row, sealed)]
        basis = await index_basis(
            self._connection, keys, self._tenant, self._region, resource, written
        )
        for table, rows in index_record(basis, resource, row, sealed).items():
            if counted and table is lookup_tags:
                times = lookup_rows.COUNTED_ONE_IN
                await lookup_rows.count(self._connection, self._tenant, rows, times)
            if rows:
                await self._connection.execute(sa.insert(table), rows)

    async def _unindex(self, stored: Stored) -> None:
        for table in INDEXES:
            await self._connection.execute(
                sa.delete(table).where(
                    table.c.tenant_id == self._tenant, table.c.row_id == stored.id
                )
            )


def damaged(resource: Entity) -> DamagedError:
    """What is said of a record that does not open."""
    return DamagedError(f"the {resource.name} was damaged: it does not open")


def opened_row(
    tenant: str, resource: Entity, row: Values, keys: Mapping[str, SealingKey]
) -> Stored:
    """A row with its sealed fields, as far as there is a key; closed where they do not open, which is
    logged.
    """
    key = keys.get(row[resource.subject or "id"])
    if row["sealed"] is None or key is None:
        return Stored(resource, row, {})
    try:
        return Stored(resource, row, opened_record(tenant, resource, row, key))
    except UnsealError as error:
        note_damage(error)
        return Stored(resource, row, {}, is_closed=True)


def opened_record(tenant: str, resource: Entity, row: Values, key: SealingKey) -> Values:
    """The sealed fields of a row; raises ``UnsealError`` where they do not belong to it."""
    subject = row[resource.subject or "id"]
    prefix = place_of(tenant, resource).prefix()
    (pack,) = unseal_rows(prefix, [key], [row["sealed"]], [row["id"]], [subject])
    return {} if pack is None else decode_sealed(resource, pack)


def sealed_record(
    tenant: str, resource: Entity, id_: str, key: SealingKey, subject: str, sealed: Values
) -> bytes:
    """The sealed fields of one row, packed and encrypted for its place."""
    aad = associated_data(place_of(tenant, resource).prefix(), id_, subject)
    return seal(key, encode_sealed(resource, sealed), aad).data
