"""Change of a customer."""

from dataclasses import dataclass
from functools import partial

from domain.customers.point_changes import CHANGES, changed_points
from domain.customers.prepare import given_fields, leniently, prepared
from domain.customers.unseen_values import POINTS, Seen, seen, sent_back
from domain.declaration.field import Values
from domain.entities.customers import CONTACT_POINTS, CUSTOMER
from domain.storage.custom_labelled import FIELD, with_unseen
from domain.validation.contact_points import NO_NUMBERS, carried, numbers_there
from domain.validation.customers import named
from domain.values.errors import InvalidInputError
from domain.writing.records import Stored
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import Target
from domain.writing.verbs.hooks import Change, Hooks, Meant
from domain.writing.verbs.update import updated
from domain.writing.verbs.values import parted
from policy.rules import Action
from privacy.spellings.telephone import region_of


@dataclass(frozen=True, slots=True)
class UpdateCustomer:
    """``changes`` by declared field name; a field that is not named stays as it is."""

    customer_id: str
    expected_version: int
    changes: Values


async def update_customer(command: UpdateCustomer, work: UnitOfWork) -> str:
    """The customer's id. A change that changes nothing leaves the version as it is.

    Raises ``NotFoundError``, ``ForbiddenError``, ``StaleVersionError``, ``ConflictError`` and
    ``InvalidInputError``.
    """
    target = Target(CUSTOMER, command.customer_id, command.expected_version)
    return await updated(work, target, command.changes, UPDATING)


@dataclass(frozen=True, slots=True)
class _Given:
    """What is given of a customer, without what comes back as it was shown to somebody who does not see it
    in the clear; of the contact points in ``left`` all come back so.
    """

    values: Values
    left: frozenset[str]
    sees: Seen


async def _read(work: UnitOfWork, stored: Stored, changes: Values) -> Meant:
    sees = await seen(work, stored)
    values, left = sent_back(work, stored, changes, sees)
    given = _Given(values, left, sees)
    return Meant(given_fields(values), partial(_kept, work, stored, given))


async def _kept(work: UnitOfWork, stored: Stored, given: _Given) -> Values:
    """The changes as they are kept: without the kinds of contact points that were not given and that the
    caller may not write; with the custom fields whose label the purpose does not cover.
    """
    values = dict(given.values)
    single = values.pop(CHANGES, None)
    if values.get(POINTS) is not None and single is not None:
        message = "give either all contact points or what changes of them"
        raise InvalidInputError(message, (CHANGES,))
    country = values.get("country", stored.row["country"])
    there = numbers_there(stored.sealed) if given.sees.is_open("phones") else NO_NUMBERS
    kept = await prepared(work, values, country, there)
    work.faults.settle()
    if single is not None:
        region = region_of(kept.get("country", country), work.region)
        kept |= await leniently(
            work,
            lambda numbers: changed_points(stored, single, given.sees, region, numbers),
            there,
        )
    elif POINTS in values:
        kept |= {
            field: carried(stored.id, kept[field], stored.sealed.get(field))
            for field in CONTACT_POINTS
        }
    if FIELD in kept:
        purpose = work.caller.purpose
        kept[FIELD] = with_unseen(kept[FIELD] or (), stored.sealed.get(FIELD), purpose)
    writable = work.writable(Action.UPDATE, CUSTOMER, stored.row)
    kept = {
        field: value
        for field, value in kept.items()
        if field not in given.left
        and (value or field not in CONTACT_POINTS or field in writable or single is not None)
    }
    row, sealed = parted(CUSTOMER, kept)
    named({**stored.row, **row, **stored.sealed, **sealed})
    return kept


async def _stays_out(work: UnitOfWork, change: Change) -> None:
    stored = None if change.before is None else change.before.sealed
    country = change.row.get("country")
    await refuse_suppressed(work, change.sealed, country, id_=change.id, stored=stored)


UPDATING = Hooks(changes=_read, before=_stays_out)
