"""The ids that callers see: the resource's prefix and a UUID."""

import re

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.values.faults import Faults
from domain.values.refusals import absent

NO_RECORD = "00000000-0000-0000-0000-000000000000"
"""An id that no record has."""

_FORM = re.compile(r"([a-z]{3})_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def parse_id(registry: Registry, text: str) -> tuple[Entity, str]:
    """The entity and the record's id; raises ``NotFoundError``, since no record has another form."""
    match = _FORM.fullmatch(text)
    entity = registry.by_prefix.get(match[1]) if match else None
    if match is None or entity is None:
        raise absent("record", "id")
    return entity, match[2]


def record_id(entity: Entity, text: str, argument: str = "id") -> str:
    """The id of a record of that entity; raises ``NotFoundError`` about the argument."""
    match = _FORM.fullmatch(text)
    if match is None or match[1] != entity.prefix:
        raise absent(entity.name, argument)
    return match[2]


def noted_id(faults: Faults, entity: Entity, text: str, argument: str = "id") -> str:
    """The id of a record of that entity; what is no such id is noted, and finds nothing."""
    return faults.of(record_id, entity, text, argument) or NO_RECORD


def optional_id(faults: Faults, entity: Entity, text: str | None, argument: str) -> str | None:
    """The id of a record that may be left out. An empty one is given, and is that of no record."""
    return None if text is None else noted_id(faults, entity, text, argument)
