"""Redactions: which selected fields of a record were withheld, and why."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.reading.plan.plan import Leaf, One, Redactions, Selection
from domain.reading.rows.projection import projector
from privacy.redaction import Reason, told

Reasons = Mapping[str, Reason]
Values = Mapping[str, Any]


def redactions(
    resource: Entity, selection: Selection, item: Redactions
) -> Callable[[Reasons, Values], Any]:
    """Shows the reasons that a row has, in the selection's order."""
    named = {
        i.field if isinstance(i, Leaf) else i.edge: None
        for i in selection.items
        if isinstance(i, Leaf | One)
    }
    fields = [(camel(name), resource.by_name[name]) for name in named]
    cut = projector(item.parts)

    def withheld(reasons: Reasons, values: Values) -> Any:
        found = [(name, _reason(field, reasons, values)) for name, field in fields]
        return cut([{"field": name, "reason": why.value} for name, why in found if why])

    return withheld


def _reason(field: Field, reasons: Reasons, values: Values) -> Reason | None:
    sources = field.sources or (field.name,)
    if field.derive and field.kind is Kind.TEXT:
        sources = tuple(s for s in sources if not _is_masked_nothing(s, reasons, values))
    reason = told(map(reasons.get, sources))
    if field.derive and field.kind is Kind.TEXT and reason is not Reason.MASKED:
        shown = field.derive(*map(values.get, field.sources))
        return None if shown is not None else reason
    return reason


def _is_masked_nothing(source: str, reasons: Reasons, values: Values) -> bool:
    return reasons.get(source) is Reason.MASKED and values.get(source) is None
