"""Erasure of somebody who stands in a registered deal only (GDPR Art. 17).

They have an id and a key, and no customer. What is said of them is emptied with the request, as it is of
customers, so that no approval takes them in meanwhile.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.erase_subject import accepted, earlier
from domain.erasure.prospects import as_customer
from domain.partners.register_deal import deal_event
from domain.tables import deal_registrations
from domain.values.errors import ConflictError
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import expect
from policy.rules import Action

ARGUMENT = "deal_registration_id"


@dataclass(frozen=True, slots=True)
class EraseProspect:
    """Irrevocable. ``expected_version`` is the registration's."""

    registration_id: str
    expected_version: int | None = None


async def request_prospect_erasure(command: EraseProspect, work: UnitOfWork) -> str:
    """The erasure's id; a second request finds the first. It takes the right to erase the customer that
    they would become. Raises ``NotFoundError``, ``ForbiddenError``, ``StaleVersionError``, and
    ``ConflictError`` where they are a customer, who is erased as one.
    """
    id_ = command.registration_id
    stored = await work.visible(DEAL_REGISTRATION, id_, ARGUMENT, even_closed=True)
    work.permit(Action.DELETE, CUSTOMER, [as_customer(stored.row)], ())
    if not stored.row["new_customer"] or stored.row["status"] == "APPROVED":
        message = "the registration is of a customer: erase the customer"
        raise ConflictError(message, (ARGUMENT,))
    subject = str(stored.row["customer_id"])
    found = await earlier(work, subject)
    if found is not None:
        return found
    expect(command.expected_version, stored, DEAL_REGISTRATION)
    erasure = await accepted(work, stored)
    await _mark(work, stored)
    work.happened(deal_event("ErasureRequested", stored.row, frozenset()))
    return erasure


async def _mark(work: UnitOfWork, stored: Stored) -> None:
    table = deal_registrations
    await work.execute(
        sa.update(table)
        .where(table.c.tenant_id == work.tenant, table.c.id == stored.id)
        .values(version=stored.version + 1, updated_at=work.stores.now())
    )
