"""Index rows of custom fields: tags of sealed ones, values of others."""

from typing import Any

import sqlalchemy as sa

from domain.declaration.custom_types import FEW_VALUES
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.storage.custom_definitions import Definitions
from domain.storage.custom_labelled import FIELD
from domain.storage.custom_values import spellings
from domain.storage.lookup_rows import tag_row
from domain.tables import lookup_tags, lookup_values
from privacy.vault import IndexKeys

IndexRows = list[tuple[sa.Table, list[dict[str, Any]]]]


def index_name(resource: Entity, name: str) -> str:
    """The stable name of a custom field in both indexes, under which its tags are derived too."""
    return f"{resource.stable}.custom.{name}"


def custom_rows(
    keys: IndexKeys,
    resource: Entity,
    owner: Values,
    sealed: Values,
    definitions: Definitions,
) -> IndexRows:
    """The rows of one record; ``owner`` is what they have in common: tenant, row, customer."""
    tags: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for definition, spelling in spellings(sealed.get(FIELD), definitions):
        field = index_name(resource, definition.name)
        if definition.sealed:
            divided = definition.type not in FEW_VALUES
            tag = keys.tag(field, spelling)
            tags.append(tag_row(owner, field, tag, keys.version, divided=divided))
        else:
            values.append({**owner, "field": field, "value": spelling})
    return [(lookup_tags, tags), (lookup_values, values)]
