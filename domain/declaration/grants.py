"""Rules of declarations: what a new tenant's policy says of the entities that declare it themselves."""

from collections.abc import Iterable, Iterator

from domain.declaration.entity import Entity
from policy.rules import Effect, Rule
from policy.subjects.principals import EVERYBODY

WORKING = ("sales", "support", "marketing", "partner", "supply")
"""Purposes that wait while processing is restricted (GDPR Art. 18)."""


def declared_rules(entities: Iterable[Entity]) -> list[Rule]:
    """Grants, and of what is a customer's the denial while processing of their data is restricted."""
    return [rule for entity in entities if entity.grants for rule in _rules(entity)]


def _rules(entity: Entity) -> Iterator[Rule]:
    for grant in entity.grants:
        for action in grant.actions.split():
            fields = _all(entity) if grant.fields == "*" else tuple(grant.fields.split())
            yield Rule(grant.subject, entity.name, action, grant.purpose, grant.condition, fields)
    if entity.sealed and entity.speaks_of_customers:
        hidden = tuple(field.name for field in entity.sealed)
        for purpose in WORKING:
            for action in ("read", "create", "update"):
                yield Rule(
                    EVERYBODY,
                    entity.name,
                    action,
                    purpose,
                    "not not_restricted",
                    hidden,
                    Effect.DENY,
                )


def _all(entity: Entity) -> tuple[str, ...]:
    return tuple(field.name for field in entity.fields if not field.sources)
