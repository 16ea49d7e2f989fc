"""Erasure as declared: which columns of a record a person's erasure empties, and with what."""

from collections.abc import Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import DEFAULT, STAYS, Field
from domain.declaration.kinds import Erasure
from privacy.labels import Category

COUNTED = frozenset(
    {
        Category.BEHAVIOR,
        Category.FINANCIAL,
        Category.PREFERENCES,
        Category.PURCHASES,
        Category.SYSTEM,
    }
)
"""Labels of what tells that something happened: once nobody can be found behind it, it stays."""


def emptied(entity: Entity) -> Mapping[str, Any]:
    """What an erasure writes into a record, by column; nothing where nothing of it says who somebody is."""
    plain = {
        field.column: None if field.erased is DEFAULT else field.erased
        for field in entity.fields
        if _is_emptied(field)
    }
    return {"sealed": None, **plain} if entity.sealed else plain


def persons_columns(entity: Entity) -> tuple[str, ...]:
    """The columns that say whose data a record is; none of records that say nothing of a customer."""
    if entity.erasure is Erasure.EMPTIED and entity.subject:
        return (entity.subject,)
    return leading(entity) if entity.erasure is Erasure.DELETED else ()


def leading(entity: Entity) -> tuple[str, ...]:
    """The columns that lead from a record to people: whose data it is, and which customers it names."""
    named = (field.column for field in entity.fields if field.target == "customer")
    return tuple(dict.fromkeys((*filter(None, [entity.subject]), *named)))


def _is_emptied(field: Field) -> bool:
    if field.is_sealed or field.sources or field.erased is STAYS:
        return False
    return field.erased is not DEFAULT or field.category not in COUNTED
