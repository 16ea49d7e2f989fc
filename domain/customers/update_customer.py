"""Change of a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.customers.events import customer_updated
from domain.customers.point_changes import CHANGES, changed_points
from domain.customers.prepare import leniently, links, prepared, split
from domain.customers.unseen import POINTS, seen, sent_back
from domain.entities.customers import CONTACT_POINTS, CUSTOMER
from domain.storage.custom_labelled import FIELD, with_unseen
from domain.validation.contact_points import NO_NUMBERS, carried, numbers_there
from domain.validation.customers import named
from domain.values.errors import InvalidInputError
from domain.values.refusals import erased, stale
from domain.writing.records import Stored
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action
from privacy.spellings.telephone import region_of


@dataclass(frozen=True, slots=True)
class UpdateCustomer:
    """``changes`` by declared field name; a field that is not named stays as it is."""

    customer_id: str
    expected_version: int
    changes: Mapping[str, Any]


async def update_customer(command: UpdateCustomer, work: UnitOfWork) -> str:
    """The customer's id. A change that changes nothing leaves the version as it is.

    Raises ``NotFoundError``, ``StaleVersionError``, ``InvalidInputError`` and ``ForbiddenError``.
    """
    stored = await work.visible(CUSTOMER, command.customer_id, "id")
    changes = await _meant(work, stored, command.changes)
    row, sealed = split(changes)
    new_row, new_sealed = {**stored.row, **row}, {**stored.sealed, **sealed}
    work.permit(Action.UPDATE, CUSTOMER, [stored.row, new_row], changes)
    if stored.version != command.expected_version:
        raise stale(CUSTOMER.name)
    if stored.row["erased_at"] is not None:
        raise erased()
    named({**new_row, **new_sealed})
    changed = _changed(stored, changes)
    if changed:
        await links(work, row)
        country = new_row.get("country")
        await refuse_suppressed(work, new_sealed, country, id_=stored.id, stored=stored.sealed)
        new_row["updated_at"] = work.stores.now()
        await work.records.replace(stored, new_row, new_sealed)
        work.happened(customer_updated(stored.id, changed))
    return stored.id


async def _meant(work: UnitOfWork, stored: Stored, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as they are kept: without what comes back as it was shown to somebody who does not see it
    in the clear, and without the kinds of contact points that were not given and that the caller may not
    write; with the custom fields whose label the purpose does not cover.
    """
    if changes.get(POINTS) is not None and changes.get(CHANGES) is not None:
        message = "give either all contact points or what changes of them"
        raise InvalidInputError(message, (CHANGES,))
    sees = await seen(work, stored)
    given, left = sent_back(work, stored, changes, sees)
    single = given.pop(CHANGES, None)
    country = given.get("country", stored.row["country"])
    there = numbers_there(stored.sealed) if sees.is_open("phones") else NO_NUMBERS
    meant = await prepared(work, given, country, there)
    work.faults.settle()
    if single is not None:
        region = region_of(meant.get("country", country), work.region)
        meant |= await leniently(
            work,
            lambda numbers: changed_points(stored, single, sees, region, numbers),
            there,
        )
    elif POINTS in given:
        meant |= {
            field: carried(stored.id, meant[field], stored.sealed.get(field))
            for field in CONTACT_POINTS
        }
    if FIELD in meant:
        purpose = work.caller.purpose
        meant[FIELD] = with_unseen(meant[FIELD] or (), stored.sealed.get(FIELD), purpose)
    writable = work.writable(Action.UPDATE, CUSTOMER, stored.row)
    return {
        field: value
        for field, value in meant.items()
        if field not in left
        and (value or field not in CONTACT_POINTS or field in writable or single is not None)
    }


def _changed(stored: Stored, changes: Mapping[str, Any]) -> list[str]:
    row, sealed = split(changes)
    plain = [CUSTOMER.field_at(name) for name in row if row[name] != stored.row[name]]
    return plain + [
        name for name in sealed if (sealed[name] or None) != (stored.sealed.get(name) or None)
    ]
