"""Gate for reading: runs read plans for one caller and returns finished trees for the answer.

Nothing else selects subject data for a caller. One statement for each connection, however many
rows; sealed fields are opened with one fetch of keys for each row set.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec

from domain.access.access_log import AccessLog
from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import Row
from domain.declaration.kinds import Lookup
from domain.reading.binding.context import PageRequest, ReadContext, Statements
from domain.reading.binding.custom_lookup import CustomLookup
from domain.reading.binding.mode_lookup import ModeLookup
from domain.reading.groups import aggregates
from domain.reading.groups.group_tree import group_values, no_groups, read_groups
from domain.reading.groups.groups import Groups
from domain.reading.plan.criteria import comparisons
from domain.reading.plan.plan import Connection, Selection, View
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.pages import Pages
from domain.reading.rows.record_code import Below, Builder, Tree, Trees
from domain.reading.rows.tree import Page, connection_tree, empty
from domain.reading.search.nearly import nearly_alike
from domain.reading.search.search import Found, Search
from domain.reading.search.sorted_pages import is_sorted, sorted_page
from domain.reading.sql import name_lookup
from domain.reading.sql.filters import bound, located
from domain.reading.statements import compiler
from domain.reading.statements.row_set import RowSet
from domain.reading.views.views import VIEWS
from domain.searching.chosen import Choice
from domain.searching.query import parsed
from domain.storage.custom_definitions import Definitions
from domain.storage.lookup import sought_tags
from domain.values import clock
from privacy.cooperative_turns import in_parts, in_turns
from privacy.database import TenantPool
from privacy.vault import Vault
from privacy.vault.sealing import SealingKey

Binds = Sequence[Any]

AT_ONCE = 64
"""So many rows are opened and made into trees together: what they hold fits the processor's caches."""


class Reading:
    """The gate as one request holds it."""

    def __init__(
        self,
        pool: TenantPool,
        vault: Vault,
        caller: Caller,
        region: str,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._vault = vault
        self.registry = caller.registry
        self._accesses = caller.accesses
        self._region = region
        self._now = now()
        self._tenant = caller.principal.tenant_id
        binds = {
            "tenant": self._tenant,
            "purpose": caller.purpose.name,
            **caller.principal.binds(),
        }
        statements = Statements(pool, self._tenant, binds)
        self.fetch = statements.fetch
        self.work = statements.work
        self.access_log = AccessLog()
        self.records_read = 0
        self._custom = CustomLookup(statements, vault)
        self._search_modes = ModeLookup(caller.registry, statements)

    async def connection(self, plan: Connection, binds: Binds) -> Tree:
        """A page from the root of the graph."""
        return (await self._pages(plan, binds, None, []))[""]

    async def records(
        self, selection: Selection, ids: Sequence[str], binds: Binds
    ) -> dict[str, Tree]:
        """The records among ``ids`` that the caller may see, by id."""
        if not self._accesses[selection.resource].granted or not ids:
            return {}
        statement = compiler.records(selection, self._accesses)
        rows = await self.fetch(statement.statement, {"ids": list(dict.fromkeys(ids))})
        (trees,) = await self.trees(statement.row_set, rows, binds)
        return {row[0]: tree for row, tree in zip(rows, trees, strict=True)}

    async def aggregate(self, plan: Groups, binds: Binds) -> Tree:
        """Groups of records with their aggregates: one statement, and one for each key's records."""
        access = self._accesses[plan.resource]
        values = group_values(plan, binds)
        if not access.granted:
            return no_groups(plan, self.registry, binds).tree()
        statement = aggregates.statement(plan, self._accesses)
        values |= await self._binds(plan, binds)
        rows = await self.fetch(statement.statement, values)
        page = read_groups(plan, self.registry, statement, rows, binds[plan.size])
        for record in plan.records:
            page.add(record, await self.records(record.selection, page.ids(record), binds))
        return page.tree()

    def access(self, resource: str) -> EffectiveAccess:
        """How far the caller sees into a resource."""
        return self._accesses[resource]

    async def custom_fields(self, resource: str) -> Definitions:
        """Every custom field that is declared for a resource, whoever asks."""
        return await self._custom.declared(resource)

    async def search_modes(self) -> Sequence[Choice]:
        """How each searched text may be found, whoever asks."""
        return await self._search_modes.choices()

    async def search(
        self, text: str, resources: Sequence[str], size: int, after: str | None
    ) -> Found:
        """The best hits of a search over these resources, as far as the caller may see them."""
        query, modes = parsed(text), await self._search_modes.modes()
        context = self._context()
        search = Search(context, query, text, self._accesses, resources, modes, self._region)
        return await search.page(size, after)

    async def nearly(self, text: str) -> Sequence[str]:
        """The ids of a few customers whose names are nearly alike what was searched for, the nearest first;
        none where the caller may find nobody so.
        """
        keys = await self._vault.index(self._tenant)
        modes = await self._search_modes.modes()
        return await nearly_alike(self._context(), self._accesses, keys, modes, text)

    async def check(self, selection: Selection, binds: Binds) -> None:
        """Raise what reading such a record could raise: before a command writes what it then reads."""
        if self._accesses[selection.resource].granted:
            await self._check(compiler.records(selection, self._accesses).row_set, binds)

    async def _check(self, row_set: RowSet, binds: Binds) -> None:
        for below in row_set.below:
            if isinstance(below.item, View):
                await self._check_view(below.item, binds)
            else:
                await self._check_page(below.item.connection, below.column, binds)

    async def _check_page(self, plan: Connection, column: str, binds: Binds) -> None:
        access = self._accesses[plan.resource]
        if not access.granted or not access.joins(column):
            return
        await self._binds(plan, binds)
        if plan.wants_totals:
            compiler.totals(plan, self._accesses, column)
        if plan.cursor is not None:
            (await self._sealer(plan, binds)).open(binds[plan.cursor])
        await self._check(compiler.page(plan, self._accesses, column, None).row_set, binds)

    async def _check_view(self, view: View, binds: Binds) -> None:
        if view.connection is not None:
            await VIEWS[view.name](self, view, [], binds)
        for selection in view.selections:
            await self.check(selection, binds)

    async def _pages(
        self, plan: Connection, binds: Binds, column: str | None, parents: Sequence[str]
    ) -> dict[str, Tree]:
        """The page of each parent, or the one page under the empty key."""
        access = self._accesses[plan.resource]
        keys = parents if column else [""]
        if not access.granted or (column and not access.joins(column)):
            nothing = connection_tree(plan)(empty(plan))
            return dict.fromkeys(keys, nothing)
        values = {"parents": parents, **await self._binds(plan, binds)}
        return await self._requested(PageRequest(plan, self._accesses, column, keys, values), binds)

    async def _requested(self, request: PageRequest, binds: Binds) -> dict[str, Tree]:
        plan = request.plan
        sealer = await self._sealer(plan, binds) if plan.has_cursors else None
        given = None if plan.cursor is None else binds[plan.cursor]
        place = sealer.open(given) if sealer and given is not None else None
        if is_sorted(request):
            page = await sorted_page(self, self._context(), request, binds, place)
            page.sealer, page.given = sealer, given
            await self._count(request, {"": page})
            return {"": connection_tree(plan)(page)}
        nulls = None if place is None else tuple(value is None for value in place)
        found = compiler.page(plan, self._accesses, request.column, nulls)
        size = binds[plan.size]
        values = {f"c{i}": value for i, value in enumerate(place or ())} | {"limit": size + 1}
        rows = await self.fetch(found.statement, {**request.values, **values})
        pages = Pages(plan, size, request.grouped(rows, found.parent))
        trees = await self.trees(found.row_set, pages.rows, binds)
        if plan.only_nodes is not None:
            return pages.nodes(plan.only_nodes, trees)
        filled = pages.filled(trees, found.place, sealer, given)
        await self._count(request, filled)
        tree = connection_tree(plan)
        return {key: tree(page) for key, page in filled.items()}

    async def _count(self, request: PageRequest, pages: Mapping[str, Page]) -> None:
        plan = request.plan
        if plan.wants_count and not is_sorted(request):
            statement = compiler.count(plan, self._accesses, request.column)
            found = request.grouped(await self.fetch(statement, request.values), 1)
            for key, rows in found.items():
                pages[key].count = rows[0][0]
        if plan.wants_totals:
            statement = compiler.totals(plan, self._accesses, request.column)
            found = request.grouped(await self.fetch(statement, request.values), 3)
            for key, rows in found.items():
                pages[key].totals = [
                    {"currency": currency, "amount": amount, "count": count}
                    for currency, amount, count, *_ in rows
                ]

    async def trees(self, row_set: RowSet, rows: Sequence[Row], binds: Binds) -> list[list[Tree]]:
        """The trees that each selection of a row set makes of its rows, with everything below them."""
        self.records_read += len(rows)
        below = [await self._below(edge, rows, binds) for edge in row_set.below]
        keys = await self._keys(row_set, rows)
        parts, tenant = in_parts(rows, AT_ONCE), self._tenant
        trees: list[list[Tree]] = []
        for build in row_set.builders.values():

            def make(part: Sequence[Row], build: Builder = build) -> list[Tree]:
                return build(part, tenant, keys, below)

            trees.append(list(chain.from_iterable(await in_turns(parts, make))))
        return trees

    async def _read(self, row_set: RowSet, rows: Sequence[Row]) -> list[Tree]:
        """The trees of rows of a row set that has one selection."""
        (trees,) = await self.trees(row_set, rows, ())
        return trees

    async def _below(self, edge: Below, rows: Sequence[Row], binds: Binds) -> Trees:
        ids = list(dict.fromkeys(i for row in rows if (i := row[edge.ids]) is not None))
        if not ids:
            return {}
        if isinstance(edge.item, View):
            return await VIEWS[edge.item.name](self, edge.item, ids, binds)
        return await self._pages(edge.item.connection, binds, edge.column, ids)

    async def _keys(self, row_set: RowSet, rows: Sequence[Row]) -> Mapping[str, SealingKey]:
        """The keys that open the rows; notes in the access log whose sealed fields were opened."""
        if not row_set.sealed:
            return {}
        subjects = row_set.subjects(rows)
        wanted = set().union(*subjects.values())
        keys = await self._vault.keys(self._tenant, wanted)
        for sealed in row_set.sealed:
            whose = subjects[sealed.subject]
            opened = whose if len(keys) == len(wanted) else whose & keys.keys()
            self.access_log.opened(sealed.resource, sealed.names, opened)
        return keys

    async def _binds(self, plan: Connection | Groups, binds: Binds) -> dict[str, Any]:
        """The values of the filter; those of blind lookups become tags."""
        values: dict[str, Any] = {}
        own = self.registry.by_name[plan.resource]
        for comparison, resource in located(plan.filter, own, self._accesses):
            value = binds[comparison.bind]
            if comparison.custom is not None:
                access = self.access(resource.name)
                values |= await self._custom.values(comparison, access, value, self._now)
                continue
            lookup = resource.by_name[comparison.field].lookup
            if lookup is Lookup.WORDS:
                keys, access = await self._vault.index(self._tenant), self.access(resource.name)
                beside = name_lookup.beside(plan.filter, plan.resource, comparison, binds)
                modes = await self._search_modes.modes()
                values |= name_lookup.values(comparison, keys, access, value, modes, beside)
                continue
            if lookup is Lookup.BLIND:
                keys = await self._vault.index(self._tenant)
                wanted = value if isinstance(value, list) else [value]
                value = sought_tags(keys, resource, comparison.field, wanted, self._region)
            values |= bound(comparison, resource, value, self._now)
        return values

    async def _sealer(self, plan: Connection, binds: Binds) -> CursorSealer:
        return await self.cursors(plan, [binds[c.bind] for c in comparisons(plan.filter)])

    async def cursors(self, plan: Connection, used: object) -> CursorSealer:
        """The sealer of the cursors of a connection, bound to what was ``used`` to make it."""
        keys = await self._vault.index(self._tenant)
        shown = msgspec.json.encode(used, order="sorted")
        return CursorSealer(keys.cursor_keys(), self._tenant, plan, shown)

    def _context(self) -> ReadContext:
        log = self.access_log
        return ReadContext(self._tenant, self._vault, log, self.work, self.fetch, self._read)
