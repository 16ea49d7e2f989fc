"""Dry run: what a run that writes nothing would have written so far, so that what follows may name it."""

import pickle
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from domain.declaration.entity import Entity
from domain.writing.records import Stored


@dataclass(slots=True)
class Trial:
    """Ids by resource and reference text, the records themselves, and accounts and members by handle.

    The records are packed: a long file would fill the memory.
    """

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    _records: dict[str, bytes] = field(default_factory=dict)

    def keep(self, resource: Entity, row: dict[str, Any], sealed: dict[str, Any]) -> None:
        """Remember a record as if it were written."""
        self._records[row["id"]] = pickle.dumps((row, sealed))
        if resource.name == "member":
            self.handles[row["handle"]] = row["id"]

    def has(self, id_: str) -> bool:
        """Whether a record would be there."""
        return id_ in self._records

    def stored(self, resource: Entity, ids: Collection[str]) -> dict[str, Stored]:
        """Those of the records that would be there, as they would be."""
        return {
            id_: Stored(resource, *pickle.loads(self._records[id_]))  # noqa: S301 - packed above, never outside
            for id_ in ids
            if id_ in self._records
        }
