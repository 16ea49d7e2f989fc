"""Rows by which sealed values are looked up: tags of contact points, external references."""

from collections.abc import Sequence

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.storage.custom_index import IndexRows
from domain.storage.lookup import tag_name, tags_for
from domain.storage.lookup_rows import tag_row
from domain.tables import external_references, lookup_tags
from privacy.vault import IndexKeys

TAGGED = ("emails", "email", "phones")
"""Sealed fields that are looked up by their whole values, of whatever resource has them."""


def index_rows(
    keys: IndexKeys,
    resource: Entity,
    owner: Values,
    sealed: Values,
    region: str,
    country: str | None = None,
) -> IndexRows:
    """The rows by which sealed values are looked up: tags of contact points, external references.

    ``owner`` is what they have in common: tenant, row, customer; ``region`` is the tenant's, ``country``
    the record's own.
    """
    tags = [
        tag_row(owner, tag_name(resource, field), tag, keys.version)
        for field in TAGGED
        for tag in dict.fromkeys(_tags_of(keys, resource, field, sealed, region, country))
    ]
    references = [
        {**owner, "resource": resource.name, "tag": tag, "root": one.version}
        for one in keys.unique
        for tag in dict.fromkeys(_reference_tags(one, resource, sealed, region))
    ]
    return [(lookup_tags, tags), (external_references, references)]


def _reference_tags(
    keys: IndexKeys, resource: Entity, sealed: Values, region: str
) -> Sequence[bytes]:
    references = sealed.get("external_references") or ()
    return tags_for(keys, resource, "external_references", references, region)


def _tags_of(
    keys: IndexKeys,
    resource: Entity,
    field: str,
    sealed: Values,
    region: str,
    country: str | None,
) -> Sequence[bytes]:
    """Those of contact points, or of the one address that a member has."""
    kept = sealed.get(field) or ()
    values = [kept] if isinstance(kept, str) else [point["value"] for point in kept]
    return tags_for(keys, resource, field, values, region, country)
