"""Row attributes (ABAC): what conditions look at beyond a row's own columns, for the gate of writing.

SQL looks it up itself. Here it is asked for once per use case and once per record that is loaded, and only
where a rule of writing needs it; what is not known stays unknown, which allows nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.tables import customers, record_shares, stages
from policy.conditions import CONDITIONS, Row
from policy.conditions.entries.consent import CONSENT
from policy.conditions.entries.hierarchy import (
    ABOVE,
    DEPARTMENTS_BELOW,
    MANAGERS,
    TEAM,
)
from policy.conditions.entries.radius import LOCATION
from policy.conditions.entries.restriction import NOT_RESTRICTED, RESTRICTED
from policy.conditions.entries.shares import SHARED
from policy.conditions.entries.stage_and_value import STAGE
from policy.conditions.entries.supply import SUPPLIERS
from policy.conditions.entries.territory import COUNTRY

_IN_CUSTOMERS = {COUNTRY, LOCATION, RESTRICTED}
_BESIDE_CUSTOMERS = {CONSENT, SUPPLIERS}


@dataclass(slots=True)
class Attributes:
    """What is known for one caller; of departments, staff and suppliers, whether they are the caller's."""

    connection: AsyncConnection
    caller: Caller
    needs: frozenset[str]
    _departments: frozenset[str] = frozenset()
    _team: frozenset[str] = frozenset()
    _stages: Mapping[str, str] = field(default_factory=dict)
    _customers: dict[str, Values] = field(default_factory=dict)
    _shares: dict[str, Values] = field(default_factory=dict)

    @classmethod
    async def gathered(cls, connection: AsyncConnection, caller: Caller) -> "Attributes":
        """What does not depend on a record."""
        attributes = cls(connection, caller, caller.snapshot.needs_for(caller.purpose.name))
        if ABOVE in attributes.needs:
            attributes._departments = await attributes._below(DEPARTMENTS_BELOW)
        if MANAGERS in attributes.needs:
            attributes._team = await attributes._below(TEAM)
        if STAGE in attributes.needs:
            tenant = caller.principal.tenant_id
            query = sa.select(stages.c.id, stages.c.name).where(stages.c.tenant_id == tenant)
            attributes._stages = {row.id: row.name for row in await connection.execute(query)}
        return attributes

    async def learn(self, resource: Entity, row: Values) -> None:
        """What is to be known of a loaded record and of its customer."""
        customer = _customer(resource, row)
        if customer is not None and not self.needs.isdisjoint(_IN_CUSTOMERS | _BESIDE_CUSTOMERS):
            is_enough = resource.shape.is_customer and self.needs.isdisjoint(_BESIDE_CUSTOMERS)
            self._customers[customer] = (
                _in_customer(row) if is_enough else await self._of_customer(customer)
            )
        if SHARED in self.needs and resource.shareable:
            record = f"{resource.prefix}_{row['id']}"
            self._shares[record] = await self._shared(record)

    def of(self, resource: Entity, row: Values) -> Row:
        """The row with what is known beside it."""
        if not self.needs:
            return row
        customer = _customer(resource, row)
        known = dict(self._customers.get(customer or "", {}))
        if resource.shape.is_customer:
            known |= _in_customer(row)
        elif customer is None and resource.may_be_nobodys:
            known[RESTRICTED] = False  # There is nobody whom a restriction could protect.
        record = f"{resource.prefix}_{row.get('id')}"
        if record in self._shares:
            known[SHARED] = self._shares[record]
        return {**row, **known, **self._of_caller(resource, row)}

    def _of_caller(self, resource: Entity, row: Values) -> dict[str, Any]:
        principal, shape = self.caller.principal, resource.shape
        known: dict[str, Any] = {}
        if ABOVE in self.needs:
            is_below = _value(row, shape.department) in self._departments
            known[ABOVE] = {principal.department_id} if is_below else set()
        if MANAGERS in self.needs:
            is_of_team = _value(row, shape.team) in self._team
            known[MANAGERS] = {principal.id} if is_of_team else set()
        if STAGE in self.needs:
            known[STAGE] = self._stages.get(_value(row, shape.stage) or "")
        return known

    async def _below(self, tree: sa.CTE) -> frozenset[str]:
        query = sa.select(tree.c.id).where(tree.c.tenant_id == self.caller.principal.tenant_id)
        return frozenset((await self._execute(query)).scalars())

    async def _of_customer(self, id_: str) -> Values:
        """Worked out by the SQL halves themselves."""
        principal, table = self.caller.principal, customers.alias("t")
        query = sa.select(
            table.c.country,
            table.c.location,
            CONDITIONS["consent_in_force"].sql(table, CUSTOMER.shape).label("consented"),
            CONDITIONS["supplied_by_me"].sql(table, CUSTOMER.shape).label("supplied"),
            CONDITIONS[NOT_RESTRICTED].sql(table, CUSTOMER.shape).label("free"),
        ).where(table.c.tenant_id == principal.tenant_id, table.c.id == id_)
        row = (await self._execute(query)).one_or_none()
        if row is None:
            return {}
        suppliers = {principal.customer_id} if row.supplied else set()
        return {
            COUNTRY: row.country,
            LOCATION: row.location,
            CONSENT: row.consented,
            SUPPLIERS: suppliers,
            RESTRICTED: not row.free,
        }

    async def _shared(self, record: str) -> Values:
        shares = record_shares
        query = sa.select(shares.c.grantee, shares.c.ends_at).where(
            shares.c.tenant_id == self.caller.principal.tenant_id,
            shares.c.record == record,
            shares.c.ended_at.is_(None),
        )
        return {row.grantee: row.ends_at for row in await self._execute(query)}

    async def _execute(self, query: sa.Select[Any]) -> sa.Result[Any]:
        bound = {**self.caller.principal.binds(), "purpose": self.caller.purpose.name}
        found: sa.Result[Any] = await self.connection.execute(query, bound)
        return found


def _in_customer(row: Values) -> dict[str, Any]:
    """What a customer's own row says; a new one has no restriction."""
    return {
        COUNTRY: row.get("country"),
        LOCATION: row.get("location"),
        RESTRICTED: row.get("restricted_at") is not None,
    }


def _customer(resource: Entity, row: Values) -> str | None:
    """Whose record a row is."""
    return _value(row, resource.shape.customer)


def _value(row: Values, column: str | None) -> str | None:
    found: str | None = None if column is None else row.get(column)
    return found
