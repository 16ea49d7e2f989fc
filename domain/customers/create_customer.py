"""New customer, created."""

from dataclasses import dataclass
from functools import partial

from domain.customers.prepare import given_fields, prepared, without_ids
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.validation.customers import named
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.create import add, created, once
from domain.writing.verbs.hooks import Change, Hooks, Meant, defaults, looked_after
from policy.subjects.principals import Principal

DEFAULTS: Values = {**defaults(CUSTOMER), "tags": []}
"""What a new customer begins with."""


@dataclass(frozen=True, slots=True)
class CreateCustomer:
    """``values`` by declared field name, contact points and custom fields as given."""

    values: Values
    key: str | None = None


async def create_customer(command: CreateCustomer, work: UnitOfWork) -> str:
    """The new customer's id; the earlier one's where the key was used before.

    Raises ``ForbiddenError``, ``InvalidInputError``, ``ConflictError`` and ``SuppressedError``.
    """
    return await once(work, command, partial(created, work, CUSTOMER, command.values, CREATING))


async def take_in(work: UnitOfWork, id_: str, values: Values) -> None:
    """Make a customer of values as they are kept, under an id that no customer has."""
    await add(work, CUSTOMER, id_, {**DEFAULTS, **values}, CREATING)


async def _read(work: UnitOfWork, given: Values) -> Meant:
    given = without_ids(given)
    return Meant(given_fields(given) | DEFAULTS.keys(), partial(_kept, work, given))


async def _kept(work: UnitOfWork, given: Values) -> Values:
    values = {**DEFAULTS, **await prepared(work, given)}
    work.faults.of(named, {**given, **values})
    return values


async def _stays_out(work: UnitOfWork, change: Change) -> None:
    await refuse_suppressed(work, change.sealed, change.row.get("country"), id_=change.id)


def _begins(entity: Entity, principal: Principal) -> Values:
    """Whoever takes a customer in looks after it; a partner is assigned to it, and does not take it."""
    begun = looked_after(entity, principal)
    return {name: begun[name] for name in ("department", "owner")}


CREATING = Hooks(
    given=_read, before=_stays_out, begins=_begins, refers=frozenset({"department", "owner"})
)
