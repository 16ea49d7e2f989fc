"""Hooks: what an entity adds to the generic verbs. They are passed in; what is not named is as declared."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.values.choice import Choice
from domain.values.errors import InvalidInputError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import Check
from policy.subjects.principals import Principal


@dataclass(frozen=True, slots=True)
class Change:
    """A record as it will be, by column and by sealed field; new where there was none ``before``.

    ``written`` are the fields that the caller gives, or that differ from what is stored.
    """

    entity: Entity
    before: Stored | None
    row: Values
    sealed: Values
    written: Collection[str]

    @property
    def id(self) -> str:
        """The record's id."""
        return str(self.row["id"])

    @property
    def subject(self) -> str | None:
        """Whose data it is, if it is anybody's."""
        subject = self.row.get(self.entity.subject) if self.entity.subject else None
        return None if subject is None else str(subject)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a caller means: the ``fields`` that are asked for before their values are looked at, and those
    values, as they are kept and by declared field, once somebody does.
    """

    fields: frozenset[str]
    kept: Callable[[], Awaitable[Values]]


Giving = Callable[[UnitOfWork, Values], Awaitable[Meant]]
Changing = Callable[[UnitOfWork, Stored, Values], Awaitable[Meant]]
Naming = Callable[[UnitOfWork, Values], Awaitable[Sequence[Stored]]]
Step = Callable[[UnitOfWork, Change], Awaitable[None]]


async def _nothing(_work: UnitOfWork, _change: Change) -> None:
    return


async def _nobody(_work: UnitOfWork, _values: Values) -> Sequence[Stored]:
    return ()


def as_usual(entity: Entity, principal: Principal) -> Values:
    """Fields of a new record that nobody gives: the declared defaults, and who looks after it."""
    return {**defaults(entity), **looked_after(entity, principal)}


def defaults(entity: Entity) -> Values:
    """The declared values of fields that nobody gives, as they are kept."""
    usual = {f.name: f.default for f in entity.fields if f.default is not None}
    return {name: one.value if isinstance(one, Choice) else one for name, one in usual.items()}


def looked_after(entity: Entity, principal: Principal) -> Values:
    """Whoever makes a record looks after it, as far as its entity says who does."""
    by = {
        "owner": principal.member_id,
        "assignee": principal.member_id,
        "author": principal.member_id,
        "department": principal.department_id,
        "partner_account": principal.partner_account_id,
    }
    return {name: by[name] for name in by if name in entity.by_name}


@dataclass(frozen=True, slots=True)
class Hooks:
    """Of one entity, or of one command; each is called where its name says, in the order of these names."""

    exists: Naming = _nobody
    """What else of people a new record names; what is not there is noted."""
    given: Giving | None = None
    """Reads what is given of a new record, in the place of the declaration."""
    changes: Changing | None = None
    """Reads what is to change of a record, in the place of the declaration."""
    states: tuple[Check, ...] = ()
    """What must hold of the record as it is."""
    before: Step = _nothing
    """What must hold of the record as it will be, and needs a look at others."""
    after: Step = _nothing
    """What hangs on the record, once it is written."""
    begins: Callable[[Entity, Principal], Values] = as_usual
    """Fields of a new record that nobody gives."""
    ours: frozenset[str] = frozenset()
    """Fields for which no right is asked: they follow from others, or from the verb."""
    refers: frozenset[str] | None = None
    """The references that the generic verb looks up; all that are given, where nothing is said."""
    events: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names of events that are not the entity's with the verb's: ``TaskCreated``."""

    def event(self, entity: Entity, verb: str) -> str:
        """The name of what happens."""
        return self.events.get(verb, f"{entity.type_name}{verb}")


DECLARED = Hooks()
"""Of an entity that adds nothing."""

HooksByEntity = Mapping[str, Hooks]
"""By the entity's name."""


def no_such_field(name: str) -> InvalidInputError:
    """The entity declares no field of that name that callers give."""
    return InvalidInputError("the record has no such field", (name,))
