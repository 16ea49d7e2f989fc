"""Values of declared fields as callers give them: right ones, of which each stands nowhere else.

A record type is written by what its declaration says: nothing here names one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.declaration.names import camel
from domain.values.choice import values_of

Input = dict[str, Any]


def _day(number: int) -> str:
    """Each further record is a day later, for a while."""
    return f"2026-03-{10 + number % 20:02}"


def word(entity: Entity, field: Field, number: int) -> str:
    """A word that the field of that record holds, and nothing else does."""
    return f"Qu{entity.name}{field.name}x{number}z".replace("_", "")


def asked(entity: Entity, *, is_new: bool) -> Iterator[Field]:
    """The fields that callers give: of a record that is there, those that do not stay as they are."""
    for field in entity.fields:
        if not (field.ours or field.sources) and (is_new or not field.fixed):
            yield field


def given(entity: Entity, number: int, ids: Mapping[str, str], *, is_new: bool = True) -> Input:
    """Everything that callers may give of a record. ``ids`` are records to which references may lead, by
    type; an attached record hangs on that of ``record``.
    """
    return {
        camel(field.column): value
        for field in asked(entity, is_new=is_new)
        if (value := _value(entity, field, number, ids)) is not None
    }


def words(entity: Entity, number: int) -> set[str]:
    """The words that stand in the texts of that record, and in its ids elsewhere."""
    return {
        word(entity, field, number)
        for field in asked(entity, is_new=True)
        if is_text(entity, field) or field.form is Form.EXTERNAL_REFERENCES
    }


def is_text(entity: Entity, field: Field) -> bool:
    """Whether callers write what they like: it is no id."""
    return field.kind is Kind.TEXT and not (entity.is_attached and field.name == "record")


def _value(entity: Entity, field: Field, number: int, ids: Mapping[str, str]) -> Any:
    if field.kind is Kind.REFERENCE:
        return ids.get(field.target)
    if field.kind is Kind.TEXT and not is_text(entity, field):
        return ids["record"]
    if field.kind is Kind.TEXT:
        return f"{word(entity, field, number)} and more"[: field.max]
    if field.form is Form.EXTERNAL_REFERENCES:
        return [{"system": "ERP", "id": word(entity, field, number)}]
    return _BY_KIND[field.kind](field, number)


def _choice(field: Field, number: int) -> str:
    values = values_of(field.values) if field.values else ()
    return values[number % len(values)]


_BY_KIND: Mapping[Kind, Callable[[Field, int], Any]] = {
    Kind.ENUM: _choice,
    Kind.INTEGER: lambda _, number: 10 + number % 80,
    Kind.DECIMAL: lambda _, number: f"{10 + number}.5",
    Kind.BOOLEAN: lambda _, number: number % 2 == 0,
    Kind.DATE: lambda _, number: _day(number),
    Kind.TIMESTAMP: lambda _, number: f"{_day(number)}T10:00:00+00:00",
    Kind.TAGS: lambda field, number: [f"{field.name}{number}"],
    Kind.PLACE: lambda _, number: {"latitude": 50.0 + number % 20, "longitude": 10.0},
    Kind.JSON: lambda *_: None,
}
