"""Unseen values of a customer, which a caller sends back as they were shown: they stay as they are.

A list of which its sender does not see every entry is replaced by nothing that they send: what they cannot
see would be deleted. Whether there is anything behind what they do not see has no part in the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import RowVisibility
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.validation.customers import POINT_FIELDS
from domain.values.errors import ForbiddenError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from policy.masks import mask
from policy.rules import Action
from privacy.redaction import Reason

CODE = "NOT_ALL_SEEN"
POINTS = "contact_points"
LISTS = frozenset({"tags", "external_references", "custom_fields"})
_SHOWN = ("value", "label", "preferred", "verified")


@dataclass(frozen=True, slots=True)
class Seen:
    """Why the caller does not see fields of one record in the clear, by name: those they do not see."""

    withheld: Mapping[str, Reason]

    def is_open(self, field: str) -> bool:
        """Whether the caller sees it as it is."""
        return field not in self.withheld

    def is_masked(self, field: str) -> bool:
        """Whether the caller sees its masked form."""
        return self.withheld.get(field) is Reason.MASKED

    def shown(self, field: str, stored: Stored) -> Any:
        """What the caller is shown of a field that they do not see in the clear."""
        declared = CUSTOMER.by_name[field]
        value = stored.sealed.get(field) if declared.is_sealed else None
        return mask(declared.category, value) if self.is_masked(field) else None


async def seen(work: UnitOfWork, stored: Stored) -> Seen:
    """What the caller sees of a customer by the rules of reading; no statement where that is all."""
    visibility, query = _visibility(work.caller.accesses[CUSTOMER.name])
    row: Sequence[Any] = ()
    if query is not None:
        bound = {**work.caller.principal.binds(), "purpose": work.caller.purpose.name}
        bound |= {"row_tenant": work.tenant, "row_id": stored.id}
        row = tuple((await work.connection.execute(query, bound)).one())
    found = {name: visibility.reason(name, row) for name in visibility.names}
    return Seen({name: reason for name, reason in found.items() if reason is not None})


_visibilities: WeakKeyDictionary[EffectiveAccess, tuple[RowVisibility, sa.Select[Any] | None]] = (
    WeakKeyDictionary()
)


def _visibility(access: EffectiveAccess) -> tuple[RowVisibility, sa.Select[Any] | None]:
    """How customers are shown within an effective access, and the statement by which one is looked at, made
    once.
    """
    found = _visibilities.get(access)
    if found is None:
        found = _visibilities[access] = _made(access)
    return found


def _made(access: EffectiveAccess) -> tuple[RowVisibility, sa.Select[Any] | None]:
    columns: list[sa.ColumnElement[Any]] = []
    table = CUSTOMER.table.alias("t")

    def add(column: sa.ColumnElement[Any]) -> int:
        columns.append(column)
        return len(columns) - 1

    visibility = RowVisibility(
        access, [CUSTOMER.by_name[name] for name in access.decisions], table, add
    )
    if not columns:
        return visibility, None
    query = sa.select(*(column.label(f"v{i}") for i, column in enumerate(columns)))
    of = (
        table.c.tenant_id == sa.bindparam("row_tenant"),
        table.c.id == sa.bindparam("row_id"),
    )
    return visibility, query.where(*of)


def sent_back(
    work: UnitOfWork, stored: Stored, changes: Values, sees: Seen
) -> tuple[dict[str, Any], frozenset[str]]:
    """The changes without what is sent back as it was shown, and the kinds of contact points that stay.

    Raises ``ForbiddenError`` (code NOT_ALL_SEEN) for another list in place of one that its sender does not
    see.
    """
    writable = work.writable(Action.UPDATE, CUSTOMER, stored.row)
    kept = {
        name: value
        for name, value in changes.items()
        if name == POINTS or not _stays(name, value, stored, sees, writable)
    }
    if kept.get(POINTS) is None:
        return kept, frozenset()
    left = {
        kind
        for kind in POINT_FIELDS
        if not sees.is_open(POINT_FIELDS[kind])
        and _is_as_shown(kind, kept[POINTS], stored, sees, writable)
    }
    kept[POINTS] = [point for point in kept[POINTS] if point["kind"] not in left]
    return kept, frozenset(POINT_FIELDS[kind] for kind in left)


def _stays(name: str, value: Any, stored: Stored, sees: Seen, writable: frozenset[str]) -> bool:
    if sees.is_open(name) or name not in writable:
        return False
    sent = value.isoformat() if isinstance(value, date) else value
    if (sent or None) == (sees.shown(name, stored) or None):
        return True
    if name in LISTS:
        raise not_all_seen(name)
    return False


def not_all_seen(field: str) -> ForbiddenError:
    """Somebody would replace a list of which they do not see every entry."""
    message = "you do not see all of it in the clear, and would delete what you do not see"
    return ForbiddenError(message, (field,), code=CODE)


def _is_as_shown(
    kind: str, points: Sequence[Any], stored: Stored, sees: Seen, writable: frozenset[str]
) -> bool:
    """Whether contact points of a kind that is not open come back as they were shown."""
    field = POINT_FIELDS[kind]
    sent = [point for point in points if point["kind"] == kind]
    if _said(sent) == _said(sees.shown(field, stored) or ()):
        return True
    if field in writable:
        message = "you do not see all of them in the clear: use contactPointChanges"
        raise ForbiddenError(message, (field,), code=CODE)
    return False


def _said(points: Sequence[Any]) -> list[str]:
    return sorted(repr([point.get(name) for name in _SHOWN]) for point in points)
