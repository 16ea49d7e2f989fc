"""Mapping targets of declared entities: what a row may give of a record follows from its declaration."""

from collections.abc import Container, Iterator
from typing import Any, get_args

import msgspec

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.declaration.names import RECORD
from domain.declaration.registry import Registry
from domain.importing.mapping import document as m

_Part = tuple[str, Any] | tuple[str, Any, Any]


def known_targets(registry: Registry) -> dict[str, type[msgspec.Struct]]:
    """What a row may become, by name: targets that are written by hand, then those of the other
    entities.
    """
    by_hand = {str(one.__struct_config__.tag): one for one in get_args(m.Written)}
    return by_hand | {
        entity.name: _target(entity, registry)
        for entity in registry.all
        if entity.importable and entity.name not in by_hand
    }


def attachable(registry: Registry) -> list[str]:
    """The kinds of records that a file can name another one to hang on."""
    return [one.name for one in registry.all if one.speaks_of_customers and one.keeps_references]


def _target(entity: Entity, registry: Registry) -> type[msgspec.Struct]:
    referring = [field for field in entity.imported if field.target]
    codes = {f.name for f in referring if not registry.by_name[f.target].keeps_references}
    return msgspec.defstruct(
        f"{entity.type_name}Target",
        list(_parts(entity, registry, codes)),
        bases=(m.DeclaredTarget,),
        namespace={"__doc__": entity.says, "entity": entity, "codes": frozenset(codes)},
        tag=entity.name,
        frozen=True,
        kw_only=True,
    )


def _parts(entity: Entity, registry: Registry, codes: Container[str]) -> Iterator[_Part]:
    """What one cell alone does not give: other records, lists."""
    for field in entity.imported:
        if field.form is Form.EXTERNAL_REFERENCES:
            yield field.name, list[m.Named], []
        elif field.kind is Kind.TAGS:
            yield field.name, list[m.AnyValue] | None, None
        elif field.name == RECORD and entity.is_attached:
            yield _part(field, _attachment(registry))
        elif field.target:
            yield _part(field, m.AnyValue if field.name in codes else m.AnyReference)


def _part(field: Field, type_: Any) -> _Part:
    return (field.name, type_) if field.must_be_given else (field.name, type_ | None, None)


def _attachment(registry: Registry) -> type[msgspec.Struct]:
    parts: list[_Part] = [(name, m.AnyReference | None, None) for name in attachable(registry)]
    return msgspec.defstruct("Attachment", parts, bases=(m.Attachment,), frozen=True)


def attached(said: m.Attachment) -> dict[str, m.AnyReference]:
    """How a record is named that another hangs on, by what kind of record it is."""
    return {name: one for name in said.__struct_fields__ if (one := getattr(said, name))}
