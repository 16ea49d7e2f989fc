"""What the gate lends to the parts of it that have a module of their own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.reading.compiler import Statement
from domain.reading.guards import Row
from domain.reading.rows import RowProgram, Visible
from domain.reading.trail import Trail
from privacy.vault import Vault


@dataclass(frozen=True, slots=True)
class Means:
    """Of one request: ``fetch`` runs a statement with the caller's own values added, ``open_rows`` reads
    rows as the caller may see them and notes it on the trail.
    """

    tenant: str
    vault: Vault
    trail: Trail
    fetch: Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
    open_rows: Callable[[RowProgram, Sequence[Row]], Awaitable[list[Visible]]]
