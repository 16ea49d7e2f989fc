"""One record of each kind with known values, and another beside it to compare with.

The record holds the first value of each field; ``World.put`` gives it the second values of some
fields, in the database itself: sealed by the vault, with the tags by which they are found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.custom_fields.define import row_of
from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.searching.modes import Modes, chosen_for, offered
from domain.settings.tenants import named_id
from domain.tables import (
    custom_field_definitions,
    customers,
    partner_accounts,
    relationships,
    search_modes,
    tenants,
)
from domain.writing.indexing import index_basis, index_record
from domain.writing.records import sealed_record
from domain.writing.unit_of_work import UnitOfWork
from tests.api import Api
from tests.builders import as_service
from tests.security.leaks.values import (
    CUSTOM,
    HIDDEN,
    LINKED,
    PEER,
    RESTRICTION,
    SHOWN,
    Reference,
    value_of,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

TWINS = [entity.name for entity in ALL if entity.has_groups]
"""Of which another record has the same plain values, so that a count of different values tells whether
the record has them.
"""

Pair = tuple[str, str]
"""A resource and a field of it."""


@dataclass(frozen=True)
class World:
    """``ids`` are those of records by resource and by whether it is the record or the peer."""

    api: Api
    ids: Mapping[tuple[str, str], str]
    others: Mapping[str, str]

    def id(self, resource: str, which: str = SHOWN) -> str:
        """The id of a record, as callers see it."""
        return f"{RESOURCES[resource].prefix}_{self.ids[resource, which]}"

    async def put(self, hidden: Iterable[Pair], *, restricted: bool = False) -> None:
        """Give the record of each kind the second values of these fields, the first of all others."""
        changed = set(hidden) | (RESTRICTION if restricted else set())
        for linked in LINKED:
            changed |= linked if changed & linked else set()
        async with as_service(self.api) as work:
            for resource in ALL:
                values = {
                    field.name: self.value(
                        resource,
                        field.name,
                        HIDDEN if (resource.name, field.name) in changed else SHOWN,
                    )
                    for field in resource.fields
                    if not field.sources
                }
                await _update(work, self, resource, self.ids[resource.name, SHOWN], values)

    def subject(self, resource: Entity, columns: Mapping[str, Any]) -> str:
        """Whose data a record is: the customer's where no field says so."""
        column = resource.subject or ""
        if column != "id" and column not in resource.by_column and resource.of:
            column = resource.by_name[resource.of].column
        return str(columns.get(column) or self.ids["customer", SHOWN])

    def value(self, resource: Entity, name: str, which: str) -> Any:
        """The value of a field as rows and packs hold it."""
        value = value_of(resource, name, which)
        if isinstance(value, Reference):
            return self.others.get(value.name) or self.ids[value.name, value.which]
        return value

    def global_value(self, resource: Entity, name: str, which: str) -> Any:
        """The value of a field as callers write it."""
        value = self.value(resource, name, which)
        if resource.by_name[name].kind is Kind.REFERENCE and value is not None:
            return f"{RESOURCES[resource.edge_by_name[name].target].prefix}_{value}"
        return value


CHOSEN = chosen_for(BUILT_IN)
MODES = Modes({name: offered(source)[-1] for name, (_, source) in CHOSEN.items()})
"""Everything is found by as much as can be: what leaks nowhere then leaks in no other mode."""
WIDEST = [{"field": name, "mode": MODES.of(source).value} for name, (_, source) in CHOSEN.items()]


async def may_change_everything(urls: Urls) -> None:
    """Let the server change what it may only append to, so that the world can hide what stands there."""
    connection = await asyncpg.connect(urls.owner_main)
    try:
        await connection.execute("GRANT UPDATE ON consent_events TO farley_app")
    finally:
        await connection.close()


async def a_world(api: Api) -> World:
    """The world, in an empty tenant; its ids are always the same, and so is the order of equals."""
    names = [resource.name for resource in ALL]
    ids = {(name, w): named_id(api.tenant, w, name) for name in names for w in (SHOWN, PEER)}
    strangers = ("first", "second", "supplying", "unrelated")
    others = {name: named_id(api.tenant, "customer", name) for name in strangers}
    others["other department"] = named_id(api.tenant, "department", "FINANCE")
    others["other partner"] = named_id(api.tenant, "partner_account", "other")
    world = World(api, ids, others)
    async with as_service(api) as work:
        people = [ids[name, which] for name in ("customer", "member") for which in (SHOWN, PEER)]
        await work.stores.vault.create_keys(
            api.tenant,
            [*people, *(others[name] for name in strangers)],
        )
        await work.execute(sa.update(tenants).values(aggregate_threshold=1))
        definitions = [row_of(work.tenant, definition) for definition in CUSTOM.values()]
        await work.insert(custom_field_definitions, definitions)
        await work.insert(search_modes, [{"tenant_id": work.tenant, **one} for one in WIDEST])
        await _others(work, world)
        for resource in _in_order(others):
            for which in (PEER, SHOWN):
                await _insert(work, world, resource, which)
        for name in TWINS:
            await _twin(work, world, RESOURCES[name])
        supplied = [
            {
                "id": named_id(api.tenant, "relationship", which),
                "from_id": others["supplying"],
                "to_id": ids["customer", which],
            }
            for which in (SHOWN, PEER)
        ]
        link = {"tenant_id": work.tenant, "type": "SUPPLIES", "created_at": LONG_AGO}
        await work.insert(relationships, [{**link, **one} for one in supplied])
    return world


def _in_order(there: Collection[str]) -> Iterator[Entity]:
    """All of them, after those to which their records refer."""
    waiting = {
        resource.name: {
            value.name
            for field in resource.fields
            for value in (value_of(resource, field.name, which) for which in (SHOWN, PEER))
            if not field.sources and isinstance(value, Reference) and value.name not in there
        }
        - {resource.name}
        for resource in ALL
    }
    while waiting:
        name = next(name for name, needed in waiting.items() if not needed & waiting.keys())
        del waiting[name]
        yield RESOURCES[name]


async def _others(work: UnitOfWork, world: World) -> None:
    """Those to which the records refer in their second values."""
    times = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
    plain = {"kind": "ORGANIZATION", "lifecycle": "LEAD", "version": 1, **times}
    rows = [
        {"tenant_id": work.tenant, "id": world.others[name], **plain}
        for name in ("first", "second", "supplying", "unrelated")
    ]
    await work.insert(customers, rows)
    account = {
        "tenant_id": work.tenant,
        "id": world.others["other partner"],
        "kind": "PARTNER",
        "handle": "other",
        "name": "Other",
        "active": True,
        "created_at": LONG_AGO,
    }
    await work.insert(partner_accounts, [account])


async def _insert(work: UnitOfWork, world: World, resource: Entity, which: str) -> None:
    values = {
        f.name: world.value(resource, f.name, which) for f in resource.fields if not f.sources
    }
    id_ = world.ids[resource.name, which]
    columns = {"tenant_id": work.tenant, "id": id_, **_plain(resource, values)}
    if resource.subject is not None:
        columns[resource.subject] = world.subject(resource, columns)
    await work.insert(resource.table, [columns])
    await _update(work, world, resource, id_, values)


async def _twin(work: UnitOfWork, world: World, resource: Entity) -> None:
    values = {
        f.name: world.value(resource, f.name, SHOWN) for f in resource.fields if not f.sources
    }
    columns = {"tenant_id": work.tenant, **_plain(resource, values)}
    if resource.name == "customer":
        found = resource.table.c.id == world.others["first"]
        await work.execute(sa.update(resource.table).where(found).values(columns))
        return
    columns |= {
        "id": named_id(work.tenant, resource.name, "twin"),
        "customer_id": world.others["first"],
        "findings": None,
        str(resource.subject): world.others["first"],
    }
    row = {name: value for name, value in columns.items() if name in resource.table.c}
    await work.insert(resource.table, [row])


def _plain(resource: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        resource.column(name).name: value
        for name, value in values.items()
        if not resource.by_name[name].is_sealed
    }


async def _update(
    work: UnitOfWork, world: World, resource: Entity, id_: str, values: Mapping[str, Any]
) -> None:
    """Write a row, its pack and its tags."""
    columns, table, tenant = _plain(resource, values), resource.table, work.tenant
    sealed = {field.name: values[field.name] for field in resource.sealed}
    if sealed:
        subject = world.subject(resource, {"id": id_, **columns})
        columns[str(resource.subject)] = subject
        keys = await work.stores.vault.keys(tenant, [subject])
        columns["sealed"] = sealed_record(tenant, resource, id_, keys[subject], subject, sealed)
    found = sa.update(table).where(table.c.tenant_id == tenant, table.c.id == id_)
    await work.execute(found.values(columns))
    if not sealed:
        return
    row = {"id": id_, **columns}
    basis = await index_basis(work.connection, work.index, tenant, "DE", resource, [(row, {})])
    basis = replace(basis, definitions=CUSTOM, modes=MODES)
    for index, rows in index_record(basis, resource, row, sealed).items():
        where = (index.c.tenant_id == tenant, index.c.row_id == id_)
        await work.execute(sa.delete(index).where(*where))
        if rows:
            await work.execute(sa.insert(index).values(rows))
