"""From a visible record to its tree: compiled once per selection, then a call per item."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from domain.catalogue import Field, Kind, Resource
from domain.reading.names import camel
from domain.reading.plan import (
    GlobalId,
    Item,
    Leaf,
    Many,
    One,
    OneOf,
    Part,
    Redactions,
    Selection,
    Typename,
    View,
)
from domain.reading.rows import Projector, Visible, projector
from domain.resources import RESOURCES
from privacy.redaction import Reason

Tree = dict[str, Any]
Below = Mapping[str, Mapping[str, Tree]]
"""What stands below the edges of a selection: trees by the edge's key, then by the record's id."""

Member = Callable[[Visible, Below], Any]


@lru_cache(maxsize=2048)
def cut(parts: tuple[Part, ...]) -> Projector:
    """How an object value is cut down to its selected members."""
    return projector(parts)


@lru_cache(maxsize=2048)
def members(selection: Selection) -> Sequence[tuple[str, Member]]:
    """What makes a record's tree: by key of the answer, in its order."""
    return [(item.key, _member(item, selection)) for item in selection.items]


def record_trees(selection: Selection, rows: Iterable[Visible], below: Below) -> list[Tree]:
    """The trees of records, in their order."""
    made = members(selection)
    return [{key: member(row, below) for key, member in made} for row in rows]


def _member(item: Item, selection: Selection) -> Member:
    resource = RESOURCES[selection.resource]
    match item:
        case Leaf():
            return _leaf(resource.by_name[item.field], item)
        case GlobalId():
            return lambda row, _: f"{resource.prefix}_{row.id}"
        case Typename():
            return lambda _row, _: item.name
        case Redactions():
            return _redactions(resource, selection, item)
        case One():
            return lambda row, below: below[item.key].get(row.values.get(item.edge) or "")
        case Many() | View():
            return lambda row, below: below[item.key].get(row.id)
        case OneOf():
            raise LookupError(item.key)  # Stands in entries of views only.


def _leaf(field: Field, leaf: Leaf) -> Member:
    derive, name, cutting = field.derive, leaf.field, cut(leaf.parts)
    if derive is not None:
        if leaf.parts:
            return lambda row, _: cutting(derive(row.values))
        return lambda row, _: derive(row.values)
    if field.kind is Kind.TAGS or (field.kind is Kind.JSON and field.is_sealed):
        return lambda row, _: cutting(row.values.get(name) or [])
    if leaf.parts:
        return lambda row, _: cutting(row.values.get(name))
    return lambda row, _: row.values.get(name)


def _redactions(resource: Resource, selection: Selection, item: Redactions) -> Member:
    named = {
        i.field if isinstance(i, Leaf) else i.edge: None
        for i in selection.items
        if isinstance(i, Leaf | One)
    }
    fields = [(camel(name), resource.by_name[name]) for name in named]
    cutting = cut(item.parts)

    def withheld(row: Visible, _below: Below) -> Any:
        if not row.reasons:
            return []
        found = [(name, _reason(field, row)) for name, field in fields]
        return cutting([{"field": name, "reason": why.value} for name, why in found if why])

    return withheld


def _reason(field: Field, row: Visible) -> Reason | None:
    sources = field.sources or (field.name,)
    if field.derive and field.kind is Kind.TEXT:
        sources = tuple(s for s in sources if not _is_masked_nothing(s, row))
    reason = next((row.reasons[s] for s in sources if s in row.reasons), None)
    if field.derive and field.kind is Kind.TEXT and reason is not Reason.MASKED:
        return None if field.derive(row.values) is not None else reason
    return reason


def _is_masked_nothing(source: str, row: Visible) -> bool:
    return row.reasons.get(source) is Reason.MASKED and row.values.get(source) is None
