"""Lenience: a record goes on without the parts that are wrong and that its mapping lets go."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.importing.records.records import MONEY, CustomerRecord, PartnerAccountRecord, Record
from domain.importing.write.consents import withdrawn_in
from domain.validation.customers import POINT_FIELDS
from domain.values.errors import FarleyError, SeveralFaultsError

_POINTS = frozenset(POINT_FIELDS.values())


def together(earlier: Iterable[FarleyError], error: FarleyError) -> FarleyError:
    """One error of all faults."""
    found = (*earlier, *error.faults)
    if len(found) == 1:
        return error
    first = found[0]
    return SeveralFaultsError(first.message, first.path, code=first.code, several=found)


def without(
    record: Record, error: FarleyError, lenient: Collection[str], now: datetime
) -> Record | None:
    """The record without the parts that the error names, of a list without those at these places; nothing
    where it may not go on without them, or would be no other.
    """
    may = all(fault.path and fault.path[0] in lenient for fault in error.faults)
    if not may or isinstance(record, PartnerAccountRecord):
        return None
    values, places = dict(record.values), dict[str, set[int]]()
    changes: dict[str, Any] = {}
    for fault in error.faults:
        part = "contact_points" if fault.path[0] in _POINTS else fault.path[0]
        if len(fault.path) > 1 and fault.path[1].isdecimal():
            places.setdefault(part, set()).add(int(fault.path[1]))
        elif part in values or part in MONEY:
            for name in MONEY if part in MONEY else (part,):
                values.pop(name, None)
        elif part == "consents" and isinstance(record, CustomerRecord):
            # INVARIANT: whatever a mapping lets go, what it says of a withdrawal counts.
            changes[part] = withdrawn_in(record.consents, now)
        elif hasattr(record, part):
            changes[part] = () if isinstance(getattr(record, part), tuple) else None
    for part, gone in places.items():
        values[part] = _thinned(values.get(part), gone)
    thinner = replace(record, values=values, **changes)
    return None if thinner == record else thinner


def _thinned(items: Any, gone: Collection[int]) -> Any:
    if isinstance(items, dict):
        return {k: v for place, (k, v) in enumerate(items.items()) if place not in gone}
    return [item for place, item in enumerate(items or ()) if place not in gone]
