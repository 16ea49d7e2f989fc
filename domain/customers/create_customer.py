"""New customer, created."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.customers.events import customer_created
from domain.customers.prepare import links, prepared, split, without_ids
from domain.entities.customers import CUSTOMER
from domain.validation.customers import named
from domain.writing.suppression import refuse_suppressed
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action
from policy.subjects.principals import Principal, PrincipalKind


@dataclass(frozen=True, slots=True)
class CreateCustomer:
    """``values`` by declared field name, contact points and custom fields as given."""

    values: Mapping[str, Any]
    key: str | None = None


async def create_customer(command: CreateCustomer, work: UnitOfWork) -> str:
    """The new customer's id; the earlier one's where the key was used before.

    Raises ``InvalidInputError``, ``ForbiddenError``, ``ConflictError`` and ``SuppressedError``.
    """
    with work.faults.noted():
        earlier = await work.idempotency.earlier(command.key, command)
        if earlier is not None:
            return earlier
    given = await prepared(work, without_ids(command.values))
    values = {"lifecycle": "LEAD", "tags": [], **given}
    work.faults.of(named, {**command.values, **values})
    work.faults.settle()
    id_ = work.stores.new_id()
    await take_in(work, id_, values)
    await work.idempotency.remember(command.key, command, id_)
    return id_


async def take_in(work: UnitOfWork, id_: str, values: Mapping[str, Any]) -> None:
    """Make a customer of values as they are kept, under an id that no customer has."""
    row, sealed = split(values)
    row = _looked_after(work.caller.principal) | row
    now = work.stores.now()
    row |= {"id": id_, "version": 1, "created_at": now, "updated_at": now}
    work.permit(Action.CREATE, CUSTOMER, [row], values)
    await links(work, row)
    await refuse_suppressed(work, sealed, row.get("country"), id_=id_)
    await work.stores.vault.create_keys(work.tenant, [id_])
    await work.records.add(CUSTOMER, row, sealed)
    work.happened(customer_created(id_, values))


def _looked_after(principal: Principal) -> dict[str, Any]:
    """Whoever takes a customer in looks after it, unless they name somebody else."""
    is_member = principal.kind is PrincipalKind.MEMBER
    return {
        "department_id": principal.department_id,
        "owner_id": principal.id if is_member else None,
    }
