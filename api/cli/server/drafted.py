"""Revision of an entity: the draft of what makes its table and lets existing tenants have its grants."""

from domain.declaration.entity import Entity
from domain.declaration.grants import declared_rules
from migrations.draft import draft


def revision_of(entity: Entity, *, revision: str, below: str) -> str:
    """The text of the revision, which comes after the one ``below``."""
    rules = [
        (one.subject, one.resource, one.action, one.purpose, one.condition, fields, str(one.effect))
        for one in declared_rules([entity])
        for fields in (" ".join(one.fields),)
    ]
    return draft(entity.table, rules, says=entity.says, revision=revision, below=below)
