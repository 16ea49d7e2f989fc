"""Orders and pages of records: everything sorted, then cut."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind, Lookup
from tests.folding import folded
from tests.reference.eyes import Eyes, raw_value
from tests.reference.records import Row
from tests.reference.sealed_names import ordering_name

CURSOR = "cursor of "
"""Begins what the reference answers for a cursor; behind it stands whose it is."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: what of a record, in which direction, and where nothing comes."""

    of: Callable[[Any], Any]
    descending: bool = False
    nulls_first: bool = False


def ordered(entries: Sequence[Any], keys: Sequence[Key]) -> list[Any]:
    """Sorted by the last key first, so that each earlier one decides over it."""
    found = list(entries)
    for key in reversed(keys):
        without = [one for one in found if key.of(one) is None]
        having = [one for one in found if key.of(one) is not None]
        having.sort(key=key.of, reverse=key.descending)
        found = [*without, *having] if key.nulls_first else [*having, *without]
    return found


def record_keys(
    eyes: Eyes, resource: Entity, given: Sequence[Mapping[str, Any]] | None
) -> list[Key]:
    """The keys that were asked for, or the resource's own as far as they may be used; then the id.

    Raises ``RefusedError`` for a field that the caller may never use.
    """
    keys = []
    for one in given or ():
        name = one["field"].lower()
        if resource.by_name[name].lookup is Lookup.WORDS:
            # Who has no name that may be seen comes last, whatever was asked.
            keys.append(Key(ordering_name(eyes), one["direction"] == "DESC"))
            continue
        eyes.require(resource.name, name)
        keys.append(_key(eyes, resource, name, one["direction"] == "DESC", one["nulls"] == "FIRST"))
    if not given:
        keys = [
            _key(eyes, resource, own.field, own.descending, own.nulls_first)
            for own in resource.order
            if eyes.may_use(resource.name, own.field)
        ]
    last = bool(keys) and keys[-1].descending
    return [*keys, Key(lambda row: row["id"], last)]


def _key(eyes: Eyes, resource: Entity, name: str, descending: bool, nulls_first: bool) -> Key:  # noqa: FBT001 - as the order has them
    declared = resource.by_name[name]

    def of(row: Row) -> Any:
        value = raw_value(declared, row)
        if value is None or not eyes.is_open(resource.name, name, row):
            return None
        return folded(value) if declared.kind is Kind.TEXT else value

    return Key(of, descending, nulls_first)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ``every`` entry; ``whose`` names an entry for its cursor, and
    ``shown`` makes of it what the answer has.

    It is ``closed`` to a caller who can see no such record at all, whatever is asked of it.
    """

    type_name: str
    every: Sequence[Any]
    entries: Sequence[Any]
    has_next: bool
    has_previous: bool
    whose: Callable[[Any], str]
    shown: Callable[[Any], Any] = dict
    after: str | None = None
    before: str | None = None
    closed: bool = False

    @property
    def info(self) -> dict[str, Any]:
        cursors = [CURSOR + self.whose(entry) for entry in self.entries]
        return {
            "hasNextPage": self.has_next,
            "hasPreviousPage": self.has_previous,
            "startCursor": cursors[0] if cursors else self.before,
            "endCursor": cursors[-1] if cursors else self.after,
        }


def cut(
    type_name: str,
    every: Sequence[Any],
    keys: Sequence[Key],
    whose: Callable[[Any], str],
    arguments: Mapping[str, Any],
    at: Callable[[str], Any],
    shown: Callable[[Any], Any],
) -> Page:
    """The page that the arguments ask for; ``at`` finds the entry that a cursor was made of, ``shown``
    makes of an entry what stands in the answer.
    """
    backwards = arguments.get("first") is None
    size = arguments["last"] if backwards else arguments["first"]
    cursor = arguments.get("before" if backwards else "after")
    found = ordered(every, keys)
    if cursor is not None:
        place = at(cursor.removeprefix(CURSOR))
        others = [entry for entry in found if whose(entry) != whose(place)]
        line = ordered([*others, place], keys)
        number = line.index(place)
        found = line[:number] if backwards else line[number + 1 :]
    has_more = len(found) > size
    entries = found[max(len(found) - size, 0) :] if backwards else found[:size]
    return Page(
        type_name,
        every,
        entries,
        has_next=cursor is not None if backwards else has_more,
        has_previous=has_more if backwards else cursor is not None,
        whose=whose,
        shown=shown,
        after=None if backwards else cursor,
        before=cursor if backwards else None,
    )


def nothing(type_name: str) -> Page:
    """What a caller is answered who can see none of it."""
    return Page(type_name, [], [], has_next=False, has_previous=False, whose=str, closed=True)
