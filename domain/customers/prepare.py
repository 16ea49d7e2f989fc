"""Preparation of a customer's values: from what a caller gives to what is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from domain.declaration.field import Values
from domain.storage import custom_values
from domain.storage.custom_definitions import Definitions, declared
from domain.tables import tenants
from domain.validation.contact_points import NO_NUMBERS, AllNumbers, Numbers, contact_points
from domain.validation.customers import POINT_FIELDS, validated
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork
from privacy.spellings.telephone import region_of

T = TypeVar("T")
_POINTS = (("phones",), ("contact_point_changes",))


async def prepared(
    work: UnitOfWork,
    given: Values,
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


def without_ids(given: Values) -> dict[str, Any]:
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
    given: Values,
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


def given_fields(given: Values) -> frozenset[str]:
    """The declared fields behind what is given; which single contact points change is not looked at."""
    points = given.get("contact_points") or ()
    plain = frozenset(given) - {"contact_points", "contact_point_changes"}
    return plain | {POINT_FIELDS[point["kind"]] for point in points}
