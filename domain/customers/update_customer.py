"""Changing a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.custom_fields.labelled import FIELD, with_unseen
from domain.customers.events import customer_updated
from domain.customers.fields import CONTACT_POINTS, CUSTOMER, NAMES
from domain.customers.prepare import links, prepared, split
from domain.customers.validation import named
from domain.errors import ConflictError, StaleVersionError
from domain.persistence.records import Stored
from domain.persistence.unit_of_work import UnitOfWork
from domain.suppression import refuse_suppressed
from policy.rules import Action


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
    given = await prepared(work, command.changes)
    work.faults.settle()
    changes = _meant(work, stored, given)
    row, sealed = split(changes)
    new_row, new_sealed = {**stored.row, **row}, {**stored.sealed, **sealed}
    work.permit(Action.UPDATE, CUSTOMER, [stored.row, new_row], changes)
    if stored.version != command.expected_version:
        raise StaleVersionError("the customer was changed meanwhile", ("expectedVersion",))
    if stored.row["erased_at"] is not None:
        raise ConflictError("the customer was erased", code="ERASED")
    named({**new_row, **new_sealed})
    changed = _changed(stored, changes)
    if changed:
        await links(work, row)
        recognised = sealed | {name: new_sealed.get(name) for name in NAMES}
        if sealed.keys() & set(NAMES):
            recognised["phones"] = new_sealed.get("phones")  # It counts together with the name.
        await refuse_suppressed(work, CUSTOMER, recognised, new_row.get("country"))
        new_row["updated_at"] = work.stores.now()
        await work.records.replace(stored, new_row, new_sealed)
        work.happened(customer_updated(stored.id, changed))
    return stored.id


def _meant(work: UnitOfWork, stored: Stored, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes without the kinds of contact points that were not given and that the caller may
    not write, and with the custom fields whose label the purpose does not cover: those stay as they are.
    """
    writable = work.writable(Action.UPDATE, CUSTOMER, stored.row)
    if FIELD in changes:
        unseen = with_unseen(changes[FIELD] or (), stored.sealed.get(FIELD), work.caller.purpose)
        changes = {**changes, FIELD: unseen}
    return {
        field: value
        for field, value in changes.items()
        if value or field not in CONTACT_POINTS or field in writable
    }


def _changed(stored: Stored, changes: Mapping[str, Any]) -> list[str]:
    row, sealed = split(changes)
    plain = [name.removesuffix("_id") for name in row if row[name] != stored.row[name]]
    return plain + [
        name for name in sealed if (sealed[name] or None) != (stored.sealed.get(name) or None)
    ]
