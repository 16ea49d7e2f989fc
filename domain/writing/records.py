"""Rows as the gate of writing sees them: loaded under a lock, sealed, compared by version."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.access.access_log import Trail
from domain.entities.schema import Resource
from domain.searching.chosen import for_writing
from domain.searching.modes import Modes
from domain.searching.plain import text_rows
from domain.searching.sources import is_indexed
from domain.searching.tokens import row_tokens
from domain.storage import lookup_rows
from domain.storage.custom_definitions import declared
from domain.storage.custom_index import IndexRows, custom_rows
from domain.storage.custom_labelled import FIELD as CUSTOM_FIELDS
from domain.storage.index_rows import index_rows
from domain.storage.sealed_records import decode_pack, encode_pack, note_damage, place_of
from domain.tables import (
    customers,
    external_references,
    lookup_tags,
    lookup_values,
    search_texts,
    search_tokens,
)
from domain.validation.contact_points import judged
from domain.values.errors import DamagedError, NotFoundError, StaleVersionError
from domain.values.point_ids import identified
from policy.access import Access
from policy.subjects.principals import Principal
from privacy.vault import (
    ClosedKey,
    IndexKeys,
    SealingKey,
    SubjectDestroyedError,
    UnsealError,
    Vault,
)
from privacy.vault.sealing import associated_data, seal, unseal_rows

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is: its plain columns and its opened sealed fields."""

    resource: Resource
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
        self, connection: AsyncConnection, tenant: str, vault: Vault, region: str, trail: Trail
    ) -> None:
        self._trail = trail
        self._connection = connection
        self._tenant = tenant
        self._vault = vault
        self._region = region

    async def load(
        self,
        resource: Resource,
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
            raise NotFoundError(f"there is no such {resource.name}")
        stored = await self._opened(resource, dict(row))
        if stored.is_closed and not even_closed:
            raise damaged(resource)
        return stored

    async def add(self, resource: Resource, row: Values, sealed: Values) -> None:
        """Insert a record, seal its personal fields and index them."""
        values = {**row, "tenant_id": self._tenant, **await self._pack(resource, row, sealed)}
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
        pack = {} if is_plain else await self._pack(stored.resource, row, sealed)
        changed = {**row, **pack, "version": stored.version + 1}
        query = sa.update(table).where(
            table.c.tenant_id == self._tenant,
            table.c.id == stored.id,
            table.c.version == stored.version,
        )
        if (await self._connection.execute(query.values(changed))).rowcount != 1:
            raise StaleVersionError(f"the {stored.resource.name} was changed meanwhile")
        if not is_plain:
            await self._unindex(stored)
            await self._index(stored.resource, row, sealed)

    async def _opened(self, resource: Resource, row: Values) -> Stored:
        if row.get("sealed") is None or resource.subject is None:
            return Stored(resource, row, {})
        subject = row[resource.subject]
        keys = await self._vault.keys(self._tenant, [subject])
        self._trail.opened(resource, (f.name for f in resource.sealed), keys)
        return opened_row(self._tenant, resource, row, keys)

    async def _pack(self, resource: Resource, row: Values, sealed: Values) -> dict[str, bytes]:
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
            "sealed": sealed_pack(self._tenant, resource, row["id"], keys[subject], subject, whole)
        }

    async def _index(
        self, resource: Resource, row: Values, sealed: Values, *, counted: bool = False
    ) -> None:
        keys = await self._vault.index(self._tenant)
        customer = row["id"] if resource.subject == "id" else row.get("customer_id")
        for table, rows in (
            *index_rows(
                self._tenant,
                keys,
                resource,
                row["id"],
                customer,
                sealed,
                self._region,
                row.get("country"),
            ),
            *await self._custom_rows(keys, resource, row["id"], customer, sealed),
        ):
            if counted and table is lookup_tags:
                times = lookup_rows.COUNTED_ONE_IN
                await lookup_rows.count(self._connection, self._tenant, rows, times)
            if rows:
                await self._connection.execute(sa.insert(table), rows)
        if is_indexed(resource):
            languages = await languages_of(self._connection, self._tenant, resource, [row])
            modes = await for_writing(self._connection, self._tenant)
            written = search_rows(self._tenant, keys, resource, [(row, sealed)], languages, modes)
            await self._connection.execute(sa.insert(search_tokens), written)
            if texts := text_rows(self._tenant, resource, [(row, sealed)], modes):
                await self._connection.execute(sa.insert(search_texts), texts)

    async def _custom_rows(
        self, keys: IndexKeys, resource: Resource, id_: str, customer: str | None, sealed: Values
    ) -> IndexRows:
        if not sealed.get(CUSTOM_FIELDS):
            return []
        definitions = await declared(self._connection, self._tenant, resource.name)
        owner = {"tenant_id": self._tenant, "row_id": id_, "customer_id": customer or id_}
        return custom_rows(keys, resource, owner, sealed, definitions)

    async def _unindex(self, stored: Stored) -> None:
        indexes = (lookup_tags, lookup_values, external_references, search_tokens, search_texts)
        for table in indexes:
            await self._connection.execute(
                sa.delete(table).where(
                    table.c.tenant_id == self._tenant, table.c.row_id == stored.id
                )
            )


def damaged(resource: Resource) -> DamagedError:
    """What is said of a record that does not open."""
    return DamagedError(f"the {resource.name} was damaged: it does not open")


def opened_row(
    tenant: str, resource: Resource, row: Values, keys: Mapping[str, SealingKey]
) -> Stored:
    """A row with its sealed fields, as far as there is a key; closed where they do not open, which is
    logged.
    """
    key = keys.get(row[resource.subject or "id"])
    if row["sealed"] is None or key is None:
        return Stored(resource, row, {})
    try:
        return Stored(resource, row, opened_pack(tenant, resource, row, key))
    except UnsealError as error:
        note_damage(error)
        return Stored(resource, row, {}, is_closed=True)


def opened_pack(tenant: str, resource: Resource, row: Values, key: SealingKey) -> Values:
    """The sealed fields of a row; raises ``UnsealError`` where they do not belong to it."""
    subject = row[resource.subject or "id"]
    prefix = place_of(tenant, resource).prefix()
    (pack,) = unseal_rows(prefix, [key], [row["sealed"]], [row["id"]], [subject])
    return {} if pack is None else decode_pack(resource, pack)


def sealed_pack(
    tenant: str, resource: Resource, id_: str, key: SealingKey, subject: str, sealed: Values
) -> bytes:
    """The sealed fields of one row, packed and encrypted for its place."""
    aad = associated_data(place_of(tenant, resource).prefix(), id_, subject)
    return seal(key, encode_pack(resource, sealed), aad).data


async def languages_of(
    connection: AsyncConnection, tenant: str, resource: Resource, rows: Collection[Values]
) -> Mapping[str, str | None]:
    """The languages of the people behind rows, by their ids: known from the rows or looked up."""
    if resource.subject == "id":
        return {row["id"]: row.get("language") for row in rows}
    people = sorted({row[resource.subject or "id"] for row in rows})
    query = sa.select(customers.c.id, customers.c.language).where(
        customers.c.tenant_id == tenant,
        customers.c.id == sa.any_(sa.literal(people, ARRAY(UUID(as_uuid=False)))),
    )
    return {str(id_): language for id_, language in await connection.execute(query)}


def search_rows(
    tenant: str,
    keys: IndexKeys,
    resource: Resource,
    written: Collection[tuple[Values, Values]],
    languages: Mapping[str, str | None],
    modes: Modes,
) -> list[dict[str, Any]]:
    """The rows by which records are searched, from their plain columns and their sealed fields."""
    subject = resource.subject or "id"
    return [
        {
            "tenant_id": tenant,
            "row_id": row["id"],
            "customer_id": row[subject],
            "tokens": row_tokens(keys, resource, row, sealed, languages.get(row[subject]), modes),
            "root": keys.version,
        }
        for row, sealed in written
    ]
