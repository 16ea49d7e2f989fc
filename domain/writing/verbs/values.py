"""Values by declaration: each field says how its value is checked and kept, and where it stands."""

from collections.abc import Collection
from functools import partial
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.validation.values import kept_value
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.hooks import Meant, no_such_field


async def as_declared(entity: Entity, work: UnitOfWork, given: Values) -> Meant:
    """What is given of a new record, read by the declaration."""
    missing = {f.name for f in entity.fields if f.must_be_given and f.default is None}
    whole = {**dict.fromkeys(missing), **given}
    return Meant(frozenset(given) & _givable(entity), partial(_kept, entity, work, whole, ()))


async def changed_as_declared(work: UnitOfWork, stored: Stored, given: Values) -> Meant:
    """What is to change of a record, read by the declaration. It stays whose it is, for it is sealed so."""
    entity = stored.resource
    fields = frozenset(given) & _givable(entity)
    return Meant(fields, partial(_kept, entity, work, given, entity.fixed))


def _givable(entity: Entity) -> frozenset[str]:
    """The fields that callers give at all."""
    return frozenset(f.name for f in entity.fields if not f.ours and not f.sources)


async def _kept(entity: Entity, work: UnitOfWork, given: Values, fixed: Collection[str]) -> Values:
    kept: dict[str, Any] = {}
    givable = _givable(entity)
    for name, value in given.items():
        if name in givable and name not in fixed:
            kept[name] = work.faults.of(kept_value, entity.by_name[name], value)
        else:
            work.faults.note(no_such_field(name))
    return kept


def parted(entity: Entity, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plain columns and sealed fields apart."""
    row: dict[str, Any] = {}
    sealed: dict[str, Any] = {}
    for name, value in values.items():
        field = entity.by_name[name]
        if field.is_sealed:
            sealed[name] = value
        else:
            row[field.column] = value
    return row, sealed


def differing(stored: Stored, values: Values) -> list[str]:
    """The fields whose values are not those that are stored; an empty list of a pack is as good as none."""
    row, sealed = parted(stored.resource, values)
    field_at = stored.resource.field_at
    plain = [field_at(name) for name in row if row[name] != stored.row[name]]
    return plain + [name for name in sealed if _other(sealed, stored.sealed, name)]


def _other(one: Values, other: Values, name: str) -> bool:
    return (one[name] or None) != (other.get(name) or None)
