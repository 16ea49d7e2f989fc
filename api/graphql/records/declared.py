"""Declared verbs: create, update, archive and restore of the entities that callers write by them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import strawberry

from api.graphql.records.inputs import GIVEN_BACK, KEY, asked, given, keyed, members, versioned
from api.graphql.records.making import Member, Members, input_type
from api.graphql.records.verbs import Run, payload_type, verb
from domain.declaration.entity import Entity
from domain.validation.identifiers import noted_id
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.archive import Archive, Restore, archive, restore
from domain.writing.verbs.create import Create, create
from domain.writing.verbs.hooks import HooksByEntity
from domain.writing.verbs.update import Update, update
from policy.rules import Action


class Versioned(Protocol):
    """What is given of a record that is there, as it was read."""

    id: str
    expected_version: int


VERBS: Mapping[str, Action] = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "archive": Action.UPDATE,
    "restore": Action.UPDATE,
}
"""The verbs, and what each asks of the policy."""

_AFTER: Mapping[str, str] = {
    "create": "The new {}.",
    **dict.fromkeys(VERBS, "The {} as it is now."),
}
_SAYS: Mapping[str, str] = {
    "create": "Makes {}.",
    "update": "Changes {}.",
    "archive": "Puts {} away: nothing of it changes until it is restored.",
    "restore": "Takes {} out again that was put away.",
}
_INPUTS: Mapping[str, str] = {
    "create": "What is said of a new {}.",
    "update": "A change of a {}; what is not named stays as it is.",
    "archive": "A {} that is put away.",
    "restore": "A {} that is taken out again.",
}


def permissions(entities: Iterable[Entity]) -> dict[str, tuple[tuple[str, Action], ...]]:
    """What the declared mutations ask of the policy, by their names."""
    return {
        f"{name}{entity.type_name}": ((entity.name, action),)
        for entity in entities
        if entity.is_written
        for name, action in VERBS.items()
    }


def mutations(entities: Iterable[Entity], hooks: HooksByEntity) -> type:
    """A mutation type with the verbs of each entity that callers write by them."""
    fields = dict(
        field for entity in entities if entity.is_written for field in _verbs(entity, hooks)
    )
    made: type = strawberry.type(type("DeclaredMutation", (), fields))
    return made


def _verbs(entity: Entity, hooks: HooksByEntity) -> Iterator[tuple[str, object]]:
    runs = _runs(entity, hooks)
    for name, run in runs.items():
        mutation = f"{name}{entity.type_name}"
        input_name = f"{name.capitalize()}{entity.type_name}Input"
        input_ = input_type(input_name, _INPUTS[name].format(entity.noun), _members(entity, name))
        payload = payload_type(entity, mutation, _AFTER[name].format(entity.noun))
        says = _SAYS[name].format(f"a {entity.noun}")
        yield f"{name}_{entity.name}", verb(entity, input_, payload, run, says=says)


def _members(entity: Entity, name: str) -> Members:
    if name == "create":
        return {**members(asked(entity, is_new=True), is_new=True), **keyed(entity)}
    changed: dict[str, Member] = {}
    if name == "update":
        changed = members(asked(entity, is_new=False), is_new=False)
    return {**versioned(entity), **changed, **GIVEN_BACK}


def _runs(entity: Entity, hooks: HooksByEntity) -> dict[str, Run]:
    async def making(input_: object, work: UnitOfWork) -> str:
        values = given(entity, input_, work)
        return await create(Create(entity.name, values, getattr(input_, KEY)), work, hooks)

    async def changing(input_: Versioned, work: UnitOfWork) -> str:
        id_ = noted_id(work.faults, entity, input_.id)
        changes = given(entity, input_, work)
        return await update(Update(entity.name, id_, input_.expected_version, changes), work, hooks)

    async def archiving(input_: Versioned, work: UnitOfWork) -> str:
        id_ = noted_id(work.faults, entity, input_.id)
        return await archive(Archive(entity.name, id_, input_.expected_version), work, hooks)

    async def restoring(input_: Versioned, work: UnitOfWork) -> str:
        id_ = noted_id(work.faults, entity, input_.id)
        return await restore(Restore(entity.name, id_, input_.expected_version), work, hooks)

    return {"create": making, "update": changing, "archive": archiving, "restore": restoring}
