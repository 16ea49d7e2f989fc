"""Preparation of a customer's values: validated, plain columns and sealed fields apart."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.storage import custom_values
from domain.storage.custom_definitions import Definitions, declared
from domain.tables import departments, members, tenants
from domain.validation.contact_points import NO_NUMBERS, AllNumbers, Numbers, contact_points
from domain.validation.customers import validated
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork
from privacy.spellings.telephone import region_of

T = TypeVar("T")
_POINTS = (("phones",), ("contact_point_changes",))
_LINKED = {"department": departments, "owner": members}


async def prepared(
    work: UnitOfWork,
    given: Mapping[str, Any],
    country: str | None = None,
    there: Numbers = NO_NUMBERS,
) -> dict[str, Any]:
    """The given values by declared field, as they are kept; what is wrong with them is noted.

    ``country`` is the record's own, where none is given, and ``there`` are the telephone numbers that it
    has, as far as the caller sees them.
    """
    custom: Definitions = {}
    if given.get("custom_fields") is not None:
        custom = await declared(work.connection, work.tenant, "customer", work.caller.purpose)
    region = region_of(country, work.region)
    with work.faults.noted():
        return await leniently(
            work, lambda numbers: kept(given, region, custom, undialled=numbers), there
        )
    return {}


def without_ids(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given of a new record: its contact points have no ids yet, wherever they were read."""
    points = given.get("contact_points")
    if not points:
        return dict(given)
    new = [{name: value for name, value in one.items() if name != "id"} for one in points]
    return {**given, "contact_points": new}


async def leniently(
    work: UnitOfWork, make: Callable[[Numbers], T], there: Numbers = NO_NUMBERS
) -> T:
    """What is made with telephone numbers that cannot be dialled: those that are there already, and others
    where the tenant keeps them.
    """
    try:
        return make(there)
    except InvalidInputError as error:
        is_of_a_point = any(fault.path[:1] in _POINTS for fault in error.faults)
        if not is_of_a_point or not await keeps_impossible_numbers(work):
            raise
    return make(AllNumbers())


async def keeps_impossible_numbers(work: UnitOfWork) -> bool:
    """Whether the tenant keeps telephone numbers that cannot be dialled."""
    query = sa.select(tenants.c.keep_impossible_numbers)
    return bool((await work.execute(query.where(tenants.c.tenant_id == work.tenant))).scalar_one())


def kept(
    given: Mapping[str, Any],
    region: str,
    declared: Definitions,
    *,
    undialled: Numbers = NO_NUMBERS,
) -> dict[str, Any]:
    """The given values by declared field, as they are kept; raises ``InvalidInputError`` with all that is
    wrong with them.
    """
    values = dict(given)
    points = values.pop("contact_points", None)
    custom = values.pop("custom_fields", None)
    faults = Faults()
    fields: dict[str, Any] = {}
    for name, value in values.items():
        fields |= faults.of(validated, {name: value}) or {}
    if points is not None:
        where = region_of(fields.get("country"), region)
        with faults.noted():
            fields |= contact_points(points, where, undialled=undialled)
    if custom is not None:
        fields["custom_fields"] = faults.of(custom_values.kept, custom, declared)
    faults.settle()
    return fields


def split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plain columns and sealed fields apart."""
    row: dict[str, Any] = {}
    sealed: dict[str, Any] = {}
    for name, value in values.items():
        field = CUSTOMER.by_name[name]
        if field.is_sealed:
            sealed[name] = value
        else:
            row[field.column] = value
    return row, sealed


async def links(work: UnitOfWork, row: Mapping[str, Any]) -> None:
    """Raise ``InvalidInputError`` where the row points to what this tenant does not have."""
    faults = Faults()
    for name, table in _LINKED.items():
        column = CUSTOMER.by_name[name].column
        if row.get(column) is None:
            continue
        query = sa.select(table.c.id).where(
            table.c.tenant_id == work.tenant, table.c.id == row[column]
        )
        if (await work.execute(query)).first() is None:
            fault = InvalidInputError("there is no such record", (name,))
            faults.note(fault)
    faults.settle()
