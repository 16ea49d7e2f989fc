"""The gate: runs read plans for one caller and returns finished trees for the answer.

Nothing else selects subject data for a caller. One statement per connection level, however many
rows; sealed fields are opened with one fetch of keys per level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

import msgspec

from domain.catalogue import Lookup, ToMany
from domain.reading import compiler, name_lookup
from domain.reading.cursors import CursorSealer
from domain.reading.filters import slot_name
from domain.reading.guards import Row
from domain.reading.lookup import tags_for
from domain.reading.means import Means
from domain.reading.plan import Compare, Connection, Many, Selection, comparisons
from domain.reading.reach import Reach
from domain.reading.record_tree import Tree, record_trees
from domain.reading.rows import RowProgram, Visible, place_of
from domain.reading.search import Found, Search
from domain.reading.sorted_pages import is_sorted, sorted_page
from domain.reading.trail import Trail
from domain.reading.tree import Page, connection_tree, many_edges, one_edges
from domain.resources import RESOURCES
from domain.searching.query import parsed
from policy.access import Access
from policy.compiler import Snapshot
from policy.principals import Principal
from policy.rules import Action
from privacy.database import TenantPool
from privacy.purposes import Purpose
from privacy.vault import Vault

Slots = Sequence[Any]


@lru_cache(maxsize=4096)
def _reach(access: Access, purpose: Purpose) -> Reach:
    return Reach(RESOURCES[access.resource], access, purpose)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reads, for what, under which version of the policy."""

    principal: Principal
    purpose: Purpose
    snapshot: Snapshot

    def reach(self, resource: str) -> Reach:
        """How far the caller sees into a resource."""
        access = self.snapshot.plan(self.principal, resource, Action.READ, self.purpose.name)
        return _reach(access, self.purpose)


class Reading:
    """The gate as one request holds it."""

    def __init__(self, pool: TenantPool, vault: Vault, caller: Caller, region: str) -> None:
        self._pool = pool
        self._vault = vault
        self._caller = caller
        self._region = region
        self._tenant = caller.principal.tenant_id
        self._binds = {
            "tenant": self._tenant,
            "purpose": caller.purpose.name,
            **caller.principal.binds(),
        }
        self.trail = Trail()
        self._means = Means(self._tenant, vault, self.trail, self._fetch, self._open)

    async def connection(self, plan: Connection, slots: Slots) -> Tree:
        """A page from the root of the graph."""
        return (await self._pages(plan, slots, None, []))[""]

    async def records(
        self, selection: Selection, ids: Sequence[str], slots: Slots
    ) -> dict[str, Tree]:
        """The records among ``ids`` that the caller may see, by id."""
        reach = self._caller.reach(selection.resource)
        if not reach.access or not ids:
            return {}
        statement, program = compiler.records((selection,), reach)
        rows = await self._fetch(statement, {"ids": list(dict.fromkeys(ids))})
        visible = await self._open(program, rows)
        trees = await self._trees(selection, visible, slots)
        return {row.id: tree for row, tree in zip(visible, trees, strict=True)}

    async def search(
        self, text: str, resources: Sequence[str], size: int, after: str | None
    ) -> Found:
        """The best hits of a search over these resources, as far as the caller may see them."""
        reaches = [self._caller.reach(resource) for resource in resources]
        return await Search(self._means, parsed(text), text, reaches).page(size, after)

    async def check(self, selection: Selection, slots: Slots) -> None:
        """Raise what reading such a record could raise: before a command writes what it then reads."""
        if not self._caller.reach(selection.resource).access:
            return
        for one in one_edges(selection):
            await self.check(one.selection, slots)
        for many in many_edges(selection):
            await self._check_page(many.connection, slots, _column(selection, many))

    async def _check_page(self, plan: Connection, slots: Slots, column: str) -> None:
        reach = self._caller.reach(plan.resource)
        if not reach.access:
            return
        await self._slots(plan, slots)
        compiler.page(plan, reach, column, None)
        if plan.wants_totals:
            compiler.totals(plan, reach, column)
        if plan.cursor is not None:
            (await self._sealer(plan, slots)).open(slots[plan.cursor])
        for below in plan.selections:
            await self.check(below, slots)

    async def _pages(
        self, plan: Connection, slots: Slots, column: str | None, parents: Sequence[str]
    ) -> dict[str, Tree]:
        """The page of each parent, or the one page under the empty key."""
        reach = self._caller.reach(plan.resource)
        keys = parents if column else [""]
        if not reach.access:
            return {key: connection_tree(plan, Page.empty()) for key in keys}
        values = self._binds | {"parents": list(parents)} | await self._slots(plan, slots)
        asked = _Asked(plan, reach, column, keys, values)
        pages = await self._rows(asked, slots)
        await self._count(asked, pages)
        for selection in plan.selections:
            flat = [row for page in pages.values() for row in page.rows]
            trees = iter(await self._trees(selection, flat, slots))
            for page in pages.values():
                page.add_trees(selection, [next(trees) for _ in page.rows])
        return {key: connection_tree(plan, page) for key, page in pages.items()}

    async def _rows(self, asked: "_Asked", slots: Slots) -> dict[str, Page]:
        plan = asked.plan
        if is_sorted(plan):
            sealer, size = await self._sealer(plan, slots), slots[plan.size]
            place = None if plan.cursor is None else sealer.open(slots[plan.cursor])
            page = sorted_page(self._means, plan, asked.reach, asked.values, size, place)
            return {"": replace(await page, sealer=sealer)}
        sealer = await self._sealer(plan, slots)
        place = None if plan.cursor is None else sealer.open(slots[plan.cursor])
        nulls = None if place is None else tuple(value is None for value in place)
        statement = compiler.page(plan, asked.reach, asked.column, nulls)
        size = slots[plan.size]
        values = {f"c{i}": value for i, value in enumerate(place or ())} | {"limit": size + 1}
        rows = await self._fetch(statement.statement, {**asked.values, **values})
        grouped = asked.grouped(rows, statement.parent)
        kept = {
            key: found[:size][::-1] if plan.backwards else found[:size]
            for key, found in grouped.items()
        }
        flat = [row for found in kept.values() for row in found]
        visible = iter(await self._open(statement.program, flat))
        return {
            key: Page(
                rows=[next(visible) for _ in found],
                positions=[row[statement.position : statement.parent] for row in found],
                has_more=len(grouped[key]) > size,
                has_cursor=place is not None,
                sealer=sealer,
            )
            for key, found in kept.items()
        }

    async def _count(self, asked: "_Asked", pages: Mapping[str, Page]) -> None:
        plan = asked.plan
        if plan.wants_count and not is_sorted(plan):
            statement = compiler.count(plan, asked.reach, asked.column)
            found = asked.grouped(await self._fetch(statement, asked.values), 1)
            for key, rows in found.items():
                pages[key].count = rows[0][0]
        if plan.wants_totals:
            statement = compiler.totals(plan, asked.reach, asked.column)
            found = asked.grouped(await self._fetch(statement, asked.values), 3)
            for key, rows in found.items():
                pages[key].totals = [
                    {"currency": currency, "amount": amount, "count": count}
                    for currency, amount, count, *_ in rows
                ]

    async def _trees(
        self, selection: Selection, rows: Sequence[Visible], slots: Slots
    ) -> list[Tree]:
        """The trees of records, with everything below them."""
        below: dict[str, dict[str, Tree]] = {}
        for item in one_edges(selection):
            ids = [i for row in rows if (i := row.values.get(item.edge)) is not None]
            below[item.key] = await self.records(item.selection, ids, slots)
        for many in many_edges(selection):
            column = _column(selection, many)
            ids = list(dict.fromkeys(row.id for row in rows))
            below[many.key] = await self._pages(many.connection, slots, column, ids) if ids else {}
        return record_trees(selection, rows, below)

    async def _slots(self, plan: Connection, slots: Slots) -> dict[str, Any]:
        """The values of the filter; those of blind lookups become tags."""
        resource = RESOURCES[plan.resource]
        values: dict[str, Any] = {}
        for comparison in comparisons(plan.filter):
            value = slots[comparison.slot]
            lookup = resource.by_name[comparison.field].lookup
            if lookup is Lookup.WORDS:
                values |= await self._name_tokens(plan, comparison, value)
                continue
            if lookup is Lookup.BLIND:
                keys = await self._vault.index(self._tenant)
                wanted = value if isinstance(value, list) else [value]
                value = tags_for(keys, resource, comparison.field, wanted, self._region)
            values[slot_name(comparison.slot)] = value
        return values

    async def _name_tokens(
        self, plan: Connection, comparison: Compare, value: Any
    ) -> Mapping[str, Any]:
        keys, reach = await self._vault.index(self._tenant), self._caller.reach(plan.resource)
        name = slot_name(comparison.slot)
        return name_lookup.values(name, keys, reach, comparison.field, comparison.operator, value)

    async def _sealer(self, plan: Connection, slots: Slots) -> CursorSealer:
        keys = await self._vault.index(self._tenant)
        used = [slots[comparison.slot] for comparison in comparisons(plan.filter)]
        shown = msgspec.json.encode(used, order="sorted")
        return CursorSealer(keys.cursor_key(), self._tenant, plan, shown)

    async def _open(self, program: RowProgram, rows: Sequence[Row]) -> list[Visible]:
        """Rows as their reader may see them; notes on the trail whose sealed fields were opened."""
        prefix = place_of(self._tenant, program.resource).prefix()
        if not program.sealed:
            return [program.read(row, prefix, None) for row in rows]
        keys = await self._vault.keys(self._tenant, map(program.subject_of, rows))
        self.trail.opened(program.resource, (f.name for f in program.sealed), keys)
        return [program.read(row, prefix, keys.get(program.subject_of(row))) for row in rows]

    async def _fetch(
        self, statement: compiler.Statement, values: Mapping[str, Any]
    ) -> Sequence[Row]:
        arguments = statement.arguments({**self._binds, **values})
        return cast(
            "Sequence[Row]", await self._pool.fetch(self._tenant, statement.sql, *arguments)
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One connection below one set of parents, ready to be run; ``keys`` are the parents' ids."""

    plan: Connection
    reach: Reach
    column: str | None
    keys: Sequence[str]
    values: Mapping[str, Any]

    def grouped(self, rows: Sequence[Row], parent: int) -> dict[str, list[Row]]:
        """The rows of each parent, whose id stands in that column; all under one key at the root."""
        if self.column is None:
            return {"": list(rows)}
        found: dict[str, list[Row]] = {key: [] for key in self.keys}
        for row in rows:
            found[row[parent]].append(row)
        return found


def _column(selection: Selection, many: Many) -> str:
    """The column of the edge's target that holds the parent's id."""
    edge = RESOURCES[selection.resource].edge_by_name[many.edge]
    return edge.column if isinstance(edge, ToMany) else ""
