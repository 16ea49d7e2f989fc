"""Table of a declaration: its columns, checks, keys and indexes, for an entity that has none by hand."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from domain.declaration.kinds import Kind
from domain.declaration.names import RECORD, SUBJECT_ID
from domain.tables.columns import belongs, is_one_of, required
from domain.values.choice import values_of
from privacy.tables import id_column, metadata, tenant_column, time_column

if TYPE_CHECKING:
    from domain.declaration.entity import Entity
    from domain.declaration.field import Field

_TYPES: dict[Kind, Any] = {
    Kind.TEXT: sa.Text,
    Kind.ENUM: sa.Text,
    Kind.INTEGER: sa.BigInteger,
    Kind.DECIMAL: sa.Numeric(19, 4),
    Kind.BOOLEAN: sa.Boolean,
    Kind.DATE: sa.Date,
    Kind.TAGS: ARRAY(sa.Text),
    Kind.PLACE: ARRAY(sa.SmallInteger),
    Kind.JSON: JSONB,
    Kind.REFERENCE: UUID(as_uuid=False),
}


def table_of(entity: "Entity", into: sa.MetaData = metadata) -> sa.Table:
    """The table ``entity.plural``: the tenant leads every key, and sealed fields share one column."""
    plain = [field for field in entity.fields if not field.is_sealed and not field.sources]
    subject = [required(SUBJECT_ID)] if entity.may_be_nobodys else []
    sealed = [sa.Column("sealed", BYTEA)] if entity.sealed else []
    return sa.Table(
        entity.plural,
        into,
        tenant_column(),
        id_column(),
        *map(_column, plain),
        *subject,
        *sealed,
        *(is_one_of(f.column, " ".join(values_of(f.values))) for f in plain if f.values),
        *(belongs(field.column, plural_of(field.target)) for field in plain if field.target),
        *_indexes(entity),
    )


def plural_of(name: str) -> str:
    """The table of the entity of that name."""
    return f"{name.removesuffix('y')}ies" if name.endswith("y") else f"{name}s"


def _column(field: "Field") -> sa.Column[Any]:
    may_miss = not field.required
    if field.kind is Kind.TIMESTAMP:
        return time_column(field.column, nullable=may_miss)
    if field.kind is Kind.TAGS:
        return sa.Column(field.column, _TYPES[Kind.TAGS], nullable=False, server_default="{}")
    return sa.Column(field.column, _TYPES[field.kind], nullable=may_miss)


def _indexes(entity: "Entity") -> Iterator[sa.Index]:
    """By the order of the entity, in all and of each customer; and by each record that it leads to."""
    ordered = [entity.by_name[key.field].column for key in entity.order]
    name, lead = f"ix_{entity.plural}", ("tenant_id",)
    yield sa.Index(f"{name}_{'_'.join(ordered)}", *lead, *ordered, "id")
    for field in entity.fields:
        if field.target:
            more = (*ordered, "id") if field.name == entity.of else ()
            yield sa.Index(f"{name}_{field.name}", *lead, field.column, *more)
    if entity.is_attached:
        yield sa.Index(f"{name}_record", *lead, RECORD)
    if entity.may_be_nobodys:
        yield sa.Index(f"{name}_subject", *lead, SUBJECT_ID)
    if entity.detected:
        undetected = sa.text("findings IS NULL AND sealed IS NOT NULL")
        yield sa.Index(f"{name}_undetected", *lead, "id", postgresql_where=undetected)
