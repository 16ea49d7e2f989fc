"""Which of the selected fields of a record are withheld, and why."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from privacy.redaction import Reason
from tests.reference.eyes import Eyes
from tests.reference.names import camel, snake
from tests.reference.records import Row

Why = TypeVar("Why", bound=str)


def redactions(
    eyes: Eyes, resource: Entity, row: Row, selected: Sequence[str]
) -> list[dict[str, Any]]:
    found = []
    for name in map(snake, selected):
        if name in resource.by_name:
            reason = _why(eyes, resource.name, row, resource.by_name[name])
            if reason is not None:
                found.append({"field": camel(name), "reason": reason.value})
    return found


def _why(eyes: Eyes, resource: str, row: Row, declared: Field) -> Reason | None:
    """The reason of a field; of one made of others, the first reason among those, and of what is denied in
    part and restricted in part, that it is restricted.

    A text made of others is not called withheld where it can be shown, unless a part of it is masked;
    and where nothing is masked, nothing was withheld by it.
    """
    if declared.derive is None:
        return eyes.reason(resource, declared.name, row)
    reasons = {name: eyes.reason(resource, name, row) for name in declared.sources}
    if declared.kind is not Kind.TEXT:
        return first_of(reasons.values())
    whys = [
        why
        for name, why in reasons.items()
        if why and not (why is Reason.MASKED and eyes.value(resource, name, row) is None)
    ]
    first = first_of(whys)
    shown = eyes.value(resource, declared.name, row) is not None
    return first if first is Reason.MASKED or not shown else None


def first_of(reasons: Iterable[Why | None]) -> Why | None:
    whys = [why for why in reasons if why]
    restricted = [why for why in whys if why == Reason.RESTRICTED]
    return next(iter(restricted if whys[:1] == [Reason.DENIED] and restricted else whys), None)
