"""What the gate lends to the parts of it that have a module of their own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.reading.compiler import Statement
from domain.reading.guards import Row
from domain.reading.level import Level
from domain.reading.plan import Connection
from domain.reading.reach import Reaches
from domain.reading.record_code import Tree
from domain.reading.trail import Trail
from privacy.vault import Vault


@dataclass(frozen=True, slots=True)
class Means:
    """Of one request: ``fetch`` runs a statement with the caller's own values added, ``read`` makes
    trees of its rows as the caller may see them and notes it on the trail.
    """

    tenant: str
    vault: Vault
    trail: Trail
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
        found: dict[str, list[Row]] = {key: [] for key in self.keys}
        for row in rows:
            found[row[parent]].append(row)
        return found
