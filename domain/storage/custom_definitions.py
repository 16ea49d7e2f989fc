"""Custom-field definitions of a tenant, read from their table."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.custom_types import CustomType, Definition
from domain.tables import custom_field_definitions
from privacy.labels import Category
from privacy.purposes import Purpose

Definitions = Mapping[str, Definition]
"""By name."""

QUERY = (
    sa.select(
        custom_field_definitions.c.name,
        custom_field_definitions.c.type,
        custom_field_definitions.c.sealed,
        custom_field_definitions.c.category,
        custom_field_definitions.c.choices,
    )
    .where(
        custom_field_definitions.c.tenant_id
        == sa.bindparam("tenant", type_=custom_field_definitions.c.tenant_id.type),
        custom_field_definitions.c.resource == sa.bindparam("resource", type_=sa.Text),
    )
    .order_by(custom_field_definitions.c.name)
)
"""The definitions of one resource, for ``read``."""


def read(rows: Iterable[Any]) -> Definitions:
    """The definitions in rows of ``QUERY``. A label that nobody knows is covered by few purposes, and
    whatever could tell who somebody is counts as sealed, whatever the table says.
    """
    return {
        name: Definition(
            name, CustomType(type_), sealed or known.is_identifying, known, (*choices,)
        )
        for name, type_, sealed, category, choices in rows
        for known in [_category(category)]
    }


def _category(text: str) -> Category:
    return Category(text) if text in Category._value2member_map_ else Category.USER


async def declared(
    connection: AsyncConnection, tenant: str, resource: str, purpose: Purpose | None = None
) -> Definitions:
    """The custom fields of a resource; of those that the purpose covers, if one is named."""
    rows = await connection.execute(QUERY, {"tenant": tenant, "resource": resource})
    found = read(rows.all())
    return found if purpose is None else covered(found, purpose)


def covered(definitions: Definitions, purpose: Purpose) -> Definitions:
    """Those whose label belongs to the purpose: the others are as good as undeclared."""
    return {name: one for name, one in definitions.items() if purpose.covers(one.category)}
