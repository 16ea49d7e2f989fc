"""Rules of declarations: what a new tenant's policy says of the entities that declare it themselves."""

from collections.abc import Iterable, Iterator

from domain.declaration.entity import Entity
from domain.declaration.kinds import Form
from policy.defaults.denials import OUTSIDE
from policy.defaults.restrictions import WORKING
from policy.rules import ANY_PURPOSE, Effect, Rule
from policy.subjects.principals import EVERYBODY

_WORK = ("read", "create", "update")


def declared_rules(entities: Iterable[Entity]) -> list[Rule]:
    """Grants, and what no grant gives: a customer's data while their processing is restricted, and unique
    ids to other businesses, which would learn from a refusal that somebody has one.
    """
    return [
        rule
        for entity in entities
        if entity.grants
        for rule in (*_granted(entity), *_restricted(entity), *_unique(entity))
    ]


def _granted(entity: Entity) -> Iterator[Rule]:
    for grant in entity.grants:
        fields = _all(entity) if grant.fields == "*" else tuple(grant.fields.split())
        for action in grant.actions.split():
            yield Rule(grant.subject, entity.name, action, grant.purpose, grant.condition, fields)


def _restricted(entity: Entity) -> Iterator[Rule]:
    found = [field for field in entity.fields if field.form is Form.FINDINGS]
    hidden = tuple(field.name for field in (*entity.sealed, *found))
    if not (hidden and entity.speaks_of_customers):
        return
    for purpose in WORKING:
        yield from _denied(entity, EVERYBODY, purpose, hidden, "not not_restricted", _WORK)


def _unique(entity: Entity) -> Iterator[Rule]:
    if "external_references" in entity.by_name:
        for subject in OUTSIDE:
            yield from _denied(
                entity, subject, ANY_PURPOSE, ("external_references",), "", ("create", "update")
            )


def _denied(
    entity: Entity,
    subject: str,
    purpose: str,
    fields: tuple[str, ...],
    condition: str,
    actions: Iterable[str],
) -> Iterator[Rule]:
    for action in actions:
        yield Rule(subject, entity.name, action, purpose, condition, fields, Effect.DENY)


def _all(entity: Entity) -> tuple[str, ...]:
    return tuple(field.name for field in entity.fields if not field.sources)
