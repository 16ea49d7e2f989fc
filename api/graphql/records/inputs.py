"""Inputs of records: what callers give of a new one, or change of one that is there, by declaration."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from api.graphql.records.enums import choice_enum
from api.graphql.records.making import Member
from api.graphql.types.relay import ExternalReferenceInput
from api.graphql.types.scalars import Date, DateTime, DecimalText
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.validation.identifiers import optional_id
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A place, in degrees (WGS 84).")
class LocationInput:
    latitude: float = strawberry.field(description="-90 to 90, northwards.")
    longitude: float = strawberry.field(description="-180 to 180, eastwards.")


@strawberry.input(description="The value of a declared custom field, as text.")
class CustomFieldInput:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


_KINDS: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.BOOLEAN: bool,
    Kind.INTEGER: int,
    Kind.DECIMAL: DecimalText,
    Kind.DATE: Date,
    Kind.TIMESTAMP: DateTime,
    Kind.TAGS: list[str],
    Kind.PLACE: LocationInput,
    Kind.REFERENCE: strawberry.ID,
}
_FORMS: Mapping[Form, Any] = {
    Form.CUSTOM_FIELDS: list[CustomFieldInput],
    Form.EXTERNAL_REFERENCES: list[ExternalReferenceInput],
}

KEY = "client_mutation_id"


def members(fields: Iterable[Field], *, is_new: bool) -> dict[str, Member]:
    """What may be given of these fields; of a new record what is required must be, if nothing is usual."""
    return {
        field.column: Member(
            _type(field) if is_new and _must_be_given(field) else _type(field) | None,
            field.asked or field.says,
            missing=UNSET,
        )
        for field in fields
    }


def _must_be_given(field: Field) -> bool:
    return field.required and field.default is None


def asked(entity: Entity, *, is_new: bool) -> Iterator[Field]:
    """The fields that callers give: of a record that is there, those that do not stay as they are."""
    for field in entity.fields:
        has_type = field.kind is not Kind.JSON or field.form in _FORMS
        if has_type and not (field.ours or field.sources) and (is_new or not field.fixed):
            yield field


def keyed(entity: Entity) -> dict[str, Member]:
    """The key under which making a record is safe to repeat."""
    says = f"Given again with the same input, it answers with the same {entity.noun}."
    return {KEY: Member(str | None, says)}


def versioned(entity: Entity) -> dict[str, Member]:
    """Which record is meant, and as it was read."""
    return {
        "id": Member(strawberry.ID, f"Which {entity.noun}."),
        "expected_version": Member(int, "The version that was read."),
    }


GIVEN_BACK = {KEY: Member(str | None, "Given back.")}


def given(entity: Entity, input_: Any, work: UnitOfWork) -> dict[str, Any]:
    """The members that were given, by declared field; what cannot be is noted."""
    found: dict[str, Any] = {}
    for field in asked(entity, is_new=True):
        value = getattr(input_, field.column, UNSET)
        if value is not UNSET:
            found[field.name] = _value(field, value, work)
    return found


def _type(field: Field) -> Any:
    if field.values is not None:
        return choice_enum(field.values)
    return _FORMS[field.form] if field.form else _KINDS[field.kind]


def _value(field: Field, value: Any, work: UnitOfWork) -> Any:
    """As commands take it."""
    if field.target:
        target = work.registry.by_name[field.target]
        return optional_id(work.faults, target, value, field.name)
    if field.form is Form.CUSTOM_FIELDS:
        _note_doubled(value or (), field.name, work.faults)
    convert = _CONVERTED.get(field.form or field.kind)
    return value if convert is None else convert(value)


_CONVERTED: Mapping[Kind | Form, Callable[[Any], Any]] = {
    Kind.ENUM: lambda value: value and value.value,
    Kind.PLACE: lambda value: value and {"latitude": value.latitude, "longitude": value.longitude},
    Form.EXTERNAL_REFERENCES: lambda value: [
        {"system": one.system, "id": one.id} for one in value or ()
    ],
    Form.CUSTOM_FIELDS: lambda value: {one.name: one.value for one in value or ()},
}


def _note_doubled(given: Any, field: str, faults: Faults) -> None:
    """Note a custom field that is given twice: one of its values would be lost."""
    known = set[str]()
    for place, one in enumerate(given):
        if one.name in known:
            path = (field, str(place), "name")
            faults.note(InvalidInputError("the custom field is given twice", path))
        known.add(one.name)
