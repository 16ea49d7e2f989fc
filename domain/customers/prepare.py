"""From what a caller gives to what is kept: validated, plain columns and sealed fields apart."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from domain.catalogue import Kind
from domain.custom_fields import values as custom_values
from domain.custom_fields.definitions import Definitions, declared
from domain.customers.fields import CUSTOMER
from domain.customers.validation import contact_points, validated
from domain.errors import InvalidInputError
from domain.faults import Faults
from domain.persistence.tables import departments, members
from domain.persistence.unit_of_work import UnitOfWork

_LINKED = {"department_id": departments, "owner_id": members}


async def prepared(work: UnitOfWork, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values by declared field, as they are kept; what is wrong with them is noted."""
    custom: Definitions = {}
    if given.get("custom_fields") is not None:
        custom = await declared(work.connection, work.tenant, "customer", work.caller.purpose)
    return work.faults.of(kept, given, work.region, custom) or {}


def kept(given: Mapping[str, Any], region: str, declared: Definitions) -> dict[str, Any]:
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
        fields |= faults.of(contact_points, points, fields.get("country") or region) or {}
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
            row[f"{name}_id" if field.kind is Kind.REFERENCE else name] = value
    return row, sealed


async def links(work: UnitOfWork, row: Mapping[str, Any]) -> None:
    """Raise ``InvalidInputError`` where the row points to what this tenant does not have."""
    faults = Faults()
    for column, table in _LINKED.items():
        if row.get(column) is None:
            continue
        query = sa.select(table.c.id).where(
            table.c.tenant_id == work.tenant, table.c.id == row[column]
        )
        if (await work.execute(query)).first() is None:
            fault = InvalidInputError("there is no such record", (column.removesuffix("_id"),))
            faults.note(fault)
    faults.settle()
