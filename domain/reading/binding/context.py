"""Read context: what the gate of reading lends to search, sorted pages and views, for one request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from domain.access.access_log import AccessLog
from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.access.row_visibility import Row
from domain.access.work import Work
from domain.declaration.registry import Registry
from domain.reading.plan.plan import Connection, Selection
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.pages import grouped
from domain.reading.rows.record_code import Tree
from domain.reading.statements.compiler import Statement
from domain.reading.statements.row_set import RowSet
from privacy.database import TenantPool
from privacy.vault import Vault

Binds = Sequence[Any]


class Gate(Protocol):
    """What the parts that put reads together need of the gate."""

    registry: Registry

    def access(self, resource: str) -> EffectiveAccess:
        """How far the caller sees into a resource."""

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of a statement; tenant, purpose and principal are bound by the gate."""

    async def records(
        self, selection: Selection, ids: Sequence[str], binds: Binds
    ) -> dict[str, Tree]:
        """The records among ``ids`` that the caller may see, by id."""

    async def connection(self, plan: Connection, binds: Binds) -> Tree:
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
class ReadContext:
    """Of one request: ``fetch`` runs a statement with the caller's own values added, ``read`` makes
    trees of its rows as the caller may see them and notes it in the access log. It holds the gate, which
    therefore never keeps it: what a request has read goes when it ends, not with the next collection.
    """

    tenant: str
    vault: Vault
    access_log: AccessLog
    work: Work
    fetch: Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
    read: Callable[[RowSet, Sequence[Row]], Awaitable[list[Tree]]]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One connection below one set of parents, ready to be run; ``keys`` are the parents' ids."""

    plan: Connection
    accesses: EffectiveAccesses
    column: str | None
    keys: Sequence[str]
    values: Mapping[str, Any]

    def grouped(self, rows: Sequence[Row], parent: int) -> dict[str, list[Row]]:
        """The rows of each parent, whose id stands in that column; all under one key at the root."""
        if self.column is None:
            return {"": list(rows)}
        return grouped(rows, parent, self.keys)
