"""The ids that callers see: the resource's prefix and a UUID."""

import re

from domain.declaration.entity import Entity
from domain.entities.registry import BY_PREFIX, RESOURCES
from domain.values.faults import Faults
from domain.values.refusals import absent

NO_RECORD = "00000000-0000-0000-0000-000000000000"
"""An id that no record has."""

_FORM = re.compile(r"([a-z]{3})_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def parse_id(text: str) -> tuple[Entity, str]:
    """The resource and the record's id; raises ``NotFoundError``, since no record has another form."""
    match = _FORM.fullmatch(text)
    resource = BY_PREFIX.get(match[1]) if match else None
    if match is None or resource is None:
        raise absent("record", "id")
    return resource, match[2]


def record_id(resource: str, text: str, argument: str = "id") -> str:
    """The id of a record of that resource; raises ``NotFoundError`` about the argument."""
    match = _FORM.fullmatch(text)
    if match is None or BY_PREFIX.get(match[1]) is not RESOURCES[resource]:
        raise absent(resource, argument)
    return match[2]


def noted_id(faults: Faults, resource: str, text: str, argument: str = "id") -> str:
    """The id of a record of that resource; what is no such id is noted, and finds nothing."""
    return faults.of(record_id, resource, text, argument) or NO_RECORD


def optional_id(faults: Faults, resource: str, text: str | None, argument: str) -> str | None:
    """The id of a record that may be left out. An empty one is given, and is that of no record."""
    return None if text is None else noted_id(faults, resource, text, argument)
