"""What the gate lends to the parts of it that have a module of their own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from domain.access.access_log import Trail
from domain.access.effective_access import Reach, Reaches
from domain.access.row_visibility import Row
from domain.access.work import Work
from domain.reading.plan.plan import Connection, Selection
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.pages import grouped
from domain.reading.rows.record_code import Tree
from domain.reading.statements.compiler import Statement
from domain.reading.statements.level import Level
from privacy.database import TenantPool
from privacy.vault import Vault

Slots = Sequence[Any]


class Gate(Protocol):
    """What the parts that put reads together need of the gate."""

    def reach(self, resource: str) -> Reach:
        """How far the caller sees into a resource."""

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of a statement; tenant, purpose and principal are bound by the gate."""

    async def records(
        self, selection: Selection, ids: Sequence[str], slots: Slots
    ) -> dict[str, Tree]:
        """The records among ``ids`` that the caller may see, by id."""

    async def connection(self, plan: Connection, slots: Slots) -> Tree:
        """A page from the root of the graph."""

    async def cursors(self, plan: Connection, used: object) -> CursorSealer:
        """The sealer of the cursors of a connection, bound to what was ``used`` to make it."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Runs one caller's statements; ``binds`` are the caller's own values: tenant, purpose, principal."""

    pool: TenantPool
    tenant: str
    binds: Mapping[str, Any]
    work: Work = field(default_factory=Work)

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of a statement, which the request pays for."""
        arguments = statement.arguments({**self.binds, **values})
        sql, took = statement.sql, self.work.busy
        rows = await self.pool.fetch(self.tenant, sql, *arguments, took=took)
        self.work.rows += len(rows)
        return cast("Sequence[Row]", rows)


@dataclass(frozen=True, slots=True)
class Means:
    """Of one request: ``fetch`` runs a statement with the caller's own values added, ``read`` makes
    trees of its rows as the caller may see them and notes it on the trail. It holds the gate, which
    therefore never keeps it: what a request has read goes when it ends, not with the next collection.
    """

    tenant: str
    vault: Vault
    trail: Trail
    work: Work
    fetch: Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
    read: Callable[[Level, Sequence[Row]], Awaitable[list[Tree]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One connection below one set of parents, ready to be run; ``keys`` are the parents' ids."""

    plan: Connection
    reaches: Reaches
    column: str | None
    keys: Sequence[str]
    values: Mapping[str, Any]

    def grouped(self, rows: Sequence[Row], parent: int) -> dict[str, list[Row]]:
        """The rows of each parent, whose id stands in that column; all under one key at the root."""
        if self.column is None:
            return {"": list(rows)}
        return grouped(rows, parent, self.keys)
