"""Every sealed field in a text column of its own: read, written and copied past packs."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.entities.registry import ALL
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.upsert import Upsert
from domain.reading.rows.record_code import RecordCode, SealedFields
from domain.storage.custom_labelled import covered
from domain.writing.records import Records, Stored

LISTS = Kind.JSON
"""Stands as JSON text, which costs less to read than ``jsonb``."""


def column_name(field: Field) -> str:
    return f"plain_{field.name}"


def add_columns() -> None:
    """To the tables as this process knows them."""
    for resource, field in _fields():
        resource.table.append_column(sa.Column(column_name(field), sa.Text))


def added_columns() -> Iterator[str]:
    """The same for the database."""
    for resource, field in _fields():
        yield f"ALTER TABLE {resource.table.name} ADD COLUMN {column_name(field)} text"


def _fields() -> Iterator[tuple[Entity, Field]]:
    return ((resource, field) for resource in ALL for field in resource.sealed)


class ColumnCode(RecordCode):
    """What was opened is noted for the audit, as where it is sealed."""

    def _open(self) -> None:
        sealed = tuple(f.name for f in self._shown if f.is_sealed)
        subject, at = self._resource.subject, self._at
        if not sealed or subject is None:
            return
        whose = at.id
        if subject != "id":
            whose = self._columns.place(
                (at.path, subject), lambda: sa.cast(at.table.c[subject], sa.Text)
            )
        self._code.sealed.append(SealedFields(self._resource, sealed, whose))
        self._lines.append("p = None")

    def _expression(self, shown: Field) -> str:
        if not shown.is_sealed:
            return super()._expression(shown)
        at = self._at
        column = self._columns.place(
            (at.path, "field", shown.name), lambda: at.table.c[column_name(shown)]
        )
        value = f"r[{column}]"
        if shown.kind is LISTS:
            value = f"(None if {value} is None else loads({value}))"
        if shown.lookup is Lookup.DECLARED:
            return f"{self._code.name(covered(self._at.access.purpose))}({value})"
        return value


def columns_of(resource: Entity, values: Mapping[str, Any]) -> dict[str, str | None]:
    """The columns of a row, null ones too."""
    return {column_name(field): _text(field, values.get(field.name)) for field in resource.sealed}


def values_of(resource: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row."""
    return {field.name: _value(field, row[column_name(field)]) for field in resource.sealed}


def _text(field: Field, value: Any) -> str | None:
    if value is None or field.kind is not LISTS:
        return None if value is None else str(value)
    return msgspec.json.encode(value).decode()


def _value(field: Field, text: str | None) -> Any:
    return msgspec.json.decode(text) if text is not None and field.kind is LISTS else text


async def written(
    records: Records, resource: Entity, row: Mapping[str, Any], sealed: Mapping[str, Any]
) -> dict[str, Any]:
    """In place of ``Records._pack``."""
    return columns_of(resource, sealed) if resource.subject is not None else {}


async def read(records: Records, resource: Entity, row: Mapping[str, Any]) -> Stored:
    """In place of ``Records._opened``."""
    if resource.subject is None:
        return Stored(resource, row, {})
    records._access_log.opened(resource, (f.name for f in resource.sealed), [row[resource.subject]])
    return Stored(resource, row, values_of(resource, row))


def copied(upsert: Upsert, draft: Draft, keys: Mapping[str, Any]) -> dict[str, Any]:
    """In place of ``Upsert._row``."""
    return {**draft.row, **columns_of(upsert._resource, draft.sealed)}


def stored(
    tenant: str, resource: Entity, row: Mapping[str, Any], keys: Mapping[str, Any]
) -> Stored:
    """In place of ``importing.stored.opened_row``."""
    return Stored(resource, row, values_of(resource, row))
