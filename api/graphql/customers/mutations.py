from collections.abc import Callable, Iterable, Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from api.graphql.customers.inputs import (
    ContactPointChanges,
    ContactPointUpdate,
    CreateCustomerInput,
    CustomerFields,
    CustomFieldInput,
    UpdateCustomerInput,
)
from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.customers.create_customer import CreateCustomer, create_customer
from domain.customers.point_changes import CHANGES
from domain.customers.update_customer import UpdateCustomer, update_customer
from domain.entities.identifiers import noted_id, optional_id
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type(description="What `createCustomer` answers.")
class CreateCustomerPayload(Payload):
    customer: Any = record("customer", "The new customer.")


@strawberry.type(description="What `updateCustomer` answers.")
class UpdateCustomerPayload(Payload):
    customer: Any = record("customer", "The customer as it is now.")


@strawberry.type
class CustomerMutation:
    @strawberry.field(graphql_type=CreateCustomerPayload, description="Takes a customer in.")
    async def create_customer(self, info: FarleyInfo, input: CreateCustomerInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            values = {"kind": input.kind.value, **_values(input, work.faults)}
            return await create_customer(CreateCustomer(values, input.client_mutation_id), work)

        return await finish.mutation(
            info, "customer", "customer", command, input.client_mutation_id
        )

    @strawberry.field(graphql_type=UpdateCustomerPayload, description="Changes a customer.")
    async def update_customer(self, info: FarleyInfo, input: UpdateCustomerInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            id_ = noted_id(work.faults, "customer", input.id)
            changes = _values(input, work.faults)
            if input.contact_point_changes is not None:
                changes[CHANGES] = _point_changes(input.contact_point_changes)
            change = UpdateCustomer(id_, input.expected_version, changes)
            return await update_customer(change, work)

        return await finish.mutation(
            info, "customer", "customer", command, input.client_mutation_id
        )


_PLAIN = (
    "given_name",
    "family_name",
    "organization_name",
    "birth_date",
    "national_id",
    "language",
    "time_zone",
    "country",
    "tags",
)

_LINKS = {"department_id": ("department", "department"), "owner_id": ("owner", "member")}
"""Ids by the field that they are kept in, and of what they are."""

_CONVERTED: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "lifecycle": ("lifecycle", lambda value: value and value.value),
    "location": (
        "location",
        lambda value: value and {"latitude": value.latitude, "longitude": value.longitude},
    ),
    "contact_points": ("contact_points", lambda value: [point(one) for one in value or ()]),
    "external_references": (
        "external_references",
        lambda value: [{"system": one.system, "id": one.id} for one in value or ()],
    ),
    "custom_fields": ("custom_fields", lambda value: {one.name: one.value for one in value or ()}),
}


def _values(input: CustomerFields, faults: Faults) -> dict[str, Any]:
    """The members that were given, by declared field; an id that cannot be is noted."""
    given = {name: value for name in _PLAIN if (value := getattr(input, name)) is not UNSET}
    _note_doubled(input.custom_fields or (), faults)
    for name, (field, convert) in _CONVERTED.items():
        value = getattr(input, name)
        if value is not UNSET:
            given[field] = convert(value)
    for name, (field, resource) in _LINKS.items():
        value = getattr(input, name)
        if value is not UNSET:
            given[field] = optional_id(faults, resource, value, field)
    return given


def _note_doubled(given: Iterable[CustomFieldInput], faults: Faults) -> None:
    """Note a custom field that is given twice: one of its values would be lost."""
    known = set[str]()
    for place, one in enumerate(given):
        if one.name in known:
            path = ("custom_fields", str(place), "name")
            faults.note(InvalidInputError("the custom field is given twice", path))
        known.add(one.name)


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
