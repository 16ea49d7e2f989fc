"""Values by declaration: each field says how its value is checked and kept, and where it stands."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field, Values
from domain.declaration.kinds import Form, Kind
from domain.validation.customers import NAME_LENGTH_MAX, one_of, references, tags, text
from domain.values import locations
from domain.values.calendar_years import within_years
from domain.values.errors import InvalidInputError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.hooks import Meant, no_such_field


def choices(field: Field) -> frozenset[str]:
    """The values of an enumeration."""
    return frozenset(field.values.__members__ if field.values else ())


def kept_value(field: Field, value: Any) -> Any:
    """A value as it is kept; raises ``InvalidInputError``. What a declaration says of values is asked here
    and nowhere else.
    """
    if value is None or value == "":
        if field.required:
            raise InvalidInputError("it may not be empty", (field.name,))
        return None
    rule = _BY_FORM.get(field.form) or _BY_KIND.get(field.kind)
    return value if rule is None else rule(field, value)


def _moment(field: Field, value: date | datetime) -> date | datetime | str:
    within_years(field.name, value)
    return value.isoformat() if field.is_sealed else value


Rule = Callable[[Field, Any], Any]

_BY_FORM: Mapping[Form | None, Rule] = {
    Form.EXTERNAL_REFERENCES: lambda field, value: references(field.name, value),
}
_BY_KIND: Mapping[Kind, Rule] = {
    Kind.TEXT: lambda field, value: text(
        field.name, value, length_max=field.max or NAME_LENGTH_MAX
    ),
    Kind.ENUM: lambda field, value: one_of(choices(field))(field.name, value),
    Kind.TAGS: lambda field, value: tags(field.name, value),
    Kind.PLACE: lambda field, value: locations.kept(field.name, value),
    Kind.DATE: _moment,
    Kind.TIMESTAMP: _moment,
}


async def as_declared(entity: Entity, work: UnitOfWork, given: Values) -> Meant:
    """What is given of a new record, read by the declaration."""
    missing = {f.name for f in entity.fields if f.required and not f.ours and f.default is None}
    whole = {**dict.fromkeys(missing), **given}
    return Meant(frozenset(given) & _givable(entity), partial(_kept, entity, work, whole, ()))


async def changed_as_declared(work: UnitOfWork, stored: Stored, given: Values) -> Meant:
    """What is to change of a record, read by the declaration. It stays whose it is, for it is sealed so."""
    entity = stored.resource
    fixed = {entity.of, *(field.name for field in entity.fields if field.fixed)}
    fields = frozenset(given) & _givable(entity)
    return Meant(fields, partial(_kept, entity, work, given, fixed))


def _givable(entity: Entity) -> frozenset[str]:
    """The fields that callers give at all."""
    return frozenset(f.name for f in entity.fields if not f.ours and not f.sources)


async def _kept(
    entity: Entity, work: UnitOfWork, given: Values, fixed: Collection[str | None]
) -> Values:
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
