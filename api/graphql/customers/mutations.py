"""Customer mutations: from what a caller gives to the commands."""

from typing import Any

import strawberry
from strawberry import UNSET

from api.graphql.customers.inputs import (
    ContactPointChanges,
    ContactPointUpdate,
    CreateCustomerInput,
    UpdateCustomerInput,
)
from api.graphql.records.inputs import given
from api.graphql.records.verbs import payload_type, verb
from domain.customers.create_customer import CreateCustomer, create_customer
from domain.customers.point_changes import CHANGES
from domain.customers.update_customer import UpdateCustomer, update_customer
from domain.entities.customers import CUSTOMER
from domain.validation.identifiers import noted_id
from domain.writing.unit_of_work import UnitOfWork


async def _create(input_: Any, work: UnitOfWork) -> str:
    values = _values(input_, work)
    return await create_customer(CreateCustomer(values, input_.client_mutation_id), work)


async def _update(input_: Any, work: UnitOfWork) -> str:
    id_ = noted_id(work.faults, CUSTOMER, input_.id)
    changes = _values(input_, work)
    if input_.contact_point_changes is not None:
        changes[CHANGES] = _point_changes(input_.contact_point_changes)
    change = UpdateCustomer(id_, input_.expected_version, changes)
    return await update_customer(change, work)


@strawberry.type
class CustomerMutation:
    create_customer: Any = verb(
        CUSTOMER,
        CreateCustomerInput,
        payload_type(CUSTOMER, "createCustomer", "The new customer."),
        _create,
        says="Takes a customer in.",
    )
    update_customer: Any = verb(
        CUSTOMER,
        UpdateCustomerInput,
        payload_type(CUSTOMER, "updateCustomer", "The customer as it is now."),
        _update,
        says="Changes a customer.",
    )


def _values(input_: Any, work: UnitOfWork) -> dict[str, Any]:
    """The members that were given, by declared field; an id that cannot be is noted."""
    found = given(CUSTOMER, input_, work)
    if input_.contact_points is not UNSET:
        found["contact_points"] = [point(one) for one in input_.contact_points or ()]
    return found


def _point_changes(changes: ContactPointChanges) -> dict[str, list[Any]]:
    return {
        "add": [point(one) for one in changes.add or ()],
        "update": [_given(one) for one in changes.update or ()],
        "remove": [str(id_) for id_ in changes.remove or ()],
    }


def _given(change: ContactPointUpdate) -> dict[str, Any]:
    """The members that were given; a null empties the label, and nothing else."""
    names = ("value", "label", "preferred", "verified")
    given = {name: getattr(change, name) for name in names}
    kept = {
        name: value
        for name, value in given.items()
        if value is not UNSET and (value is not None or name == "label")
    }
    return {**kept, "id": str(change.id)}


def point(point: Any) -> dict[str, Any]:
    """A contact point as commands take it."""
    return {
        **({"id": str(point.id)} if point.id else {}),
        "kind": point.kind.value,
        "value": point.value,
        "label": point.label,
        "preferred": point.preferred,
        "verified": point.verified,
    }
