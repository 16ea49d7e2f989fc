"""All records of one tenant, read once by the owner of the tables and opened with the vault's keys."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.entities.registry import ALL
from privacy.vault import Vault
from privacy.vault.sealing import Place, associated_data, unseal
from tests.facts import facts

Row = dict[str, Any]
"""A row's columns, its sealed fields by name, whether those are ``lost``, and what conditions know."""


@dataclass(frozen=True, slots=True)
class Records:
    """Every record of a tenant, by resource and id."""

    tenant: str
    region: str
    threshold: int
    rows: Mapping[str, Mapping[str, Row]]
    modes: Mapping[str, str]

    @classmethod
    async def loaded(cls, url: str, vault: Vault, tenant: str, region: str) -> "Records":
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SELECT set_config('farley.tenant', $1, false)", tenant)
            threshold = await connection.fetchval(
                "SELECT aggregate_threshold FROM tenants WHERE tenant_id = $1", tenant
            )
            modes = await connection.fetch(
                "SELECT field, mode FROM search_modes WHERE tenant_id = $1", tenant
            )
            rows = {r.name: await _rows(connection, vault, tenant, r) for r in ALL}
        finally:
            await connection.close()
        return cls(tenant, region, threshold, _with_facts(rows), dict(map(tuple, modes)))

    def of(self, resource: str) -> list[Row]:
        return list(self.rows[resource].values())

    def found(self, resource: str, id_: str | None) -> Row | None:
        return None if id_ is None else self.rows[resource].get(id_)


async def _rows(
    connection: asyncpg.Connection, vault: Vault, tenant: str, resource: Entity
) -> dict[str, Row]:
    query = f"SELECT * FROM {resource.table.name} WHERE tenant_id = $1"  # noqa: S608 - our table's name
    rows = [
        {name: _plain(value) for name, value in record.items()}
        for record in await connection.fetch(query, tenant)
    ]
    for row in rows:
        for field in resource.fields:
            if field.kind is Kind.JSON and not field.is_sealed and field.name in row:
                row[field.name] = json.loads(row[field.name]) if row[field.name] else None
        row.update(await _opened(vault, tenant, resource, row))
    return {row["id"]: row for row in rows}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


async def _opened(vault: Vault, tenant: str, resource: Entity, row: Row) -> Row:
    nothing = {field.name: None for field in resource.sealed} | {"lost": True}
    if resource.subject is None or row.get("sealed") is None:
        return nothing
    subject = row[resource.subject]
    key = (await vault.keys(tenant, [subject])).get(subject)
    if key is None:
        return nothing
    place = associated_data(Place(tenant, resource.stable).prefix(), row["id"], subject)
    pack = msgspec.msgpack.decode(unseal(key, row["sealed"], place), type=dict[int, Any])
    opened = {field.name: pack.get(field.pack) for field in resource.sealed if field.pack}
    return opened | {"lost": False}


def _with_facts(rows: Mapping[str, Mapping[str, Row]]) -> dict[str, dict[str, Row]]:
    """With what conditions look at beyond a row; of consent, ``Eyes`` know more."""
    listed = {name: list(found.values()) for name, found in rows.items()}
    return {
        name: {id_: dict(facts(listed, name, row, "")) for id_, row in found.items()}
        for name, found in rows.items()
    }
