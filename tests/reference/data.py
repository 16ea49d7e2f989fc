"""A small company: NULLs wherever the tables have them, ties in every order, text that is hard to find."""

from typing import Any

import sqlalchemy as sa

from api.runtime.wiring import Services
from domain.settings.tenants import named_id
from domain.tables import customers, tenants
from domain.writing.purge import purge
from domain.writing.unit_of_work import unit_of_work
from policy.subjects.principals import Principal, PrincipalKind
from tests.reference.dealings import Dealings
from tests.reference.declared import Declared
from tests.reference.people import People
from tests.reference.writing import NOW, REGION, TIMES, id_of

__all__ = ["NOW", "REGION", "fill", "id_of", "principals"]

GROUP_PEOPLE_MIN = 3


def principals(tenant: str) -> list[Principal]:
    """Staff of a department, a partner, a supplier, a person who asks for themselves, a program."""

    def made(kind: PrincipalKind, id_: str, roles: str, **bound: Any) -> Principal:
        return Principal(tenant, kind, id_, frozenset(roles.split()), "sales", **bound)

    sales = named_id(tenant, "department", "SALES")
    partner, supplier = id_of("partner_account", 0), id_of("partner_account", 1)
    organisation, person = id_of("customer", 0), id_of("customer", 3)
    return [
        made(PrincipalKind.MEMBER, id_of("member", 0), "SALES:MEMBER MEMBER", department_id=sales),
        made(PrincipalKind.PARTNER, partner, "PARTNER", partner_account_id=partner),
        made(
            PrincipalKind.SUPPLIER,
            supplier,
            "PARTNER",
            partner_account_id=supplier,
            customer_id=organisation,
        ),
        made(PrincipalKind.DATA_SUBJECT, person, "ELSE", customer_id=person),
        made(PrincipalKind.SERVICE, id_of("service", 0), "MEMBER"),
    ]


async def fill(services: Services, tenant: str) -> None:
    """Write everything through the gate that seals and indexes it."""
    caller = await services.caller(services.service_principal(tenant), "administration")
    async with unit_of_work(services.stores, caller, REGION) as work:
        await work.execute(
            sa.update(tenants)
            .where(tenants.c.tenant_id == tenant)
            .values(aggregate_threshold=GROUP_PEOPLE_MIN)
        )
        await _Company(work).write()
    async with unit_of_work(services.stores, caller, REGION) as work:
        erased = id_of("customer", 5)
        await services.vault.destroy(tenant, erased)
        await purge(work, erased)
        await work.execute(
            sa.update(customers).where(customers.c.id == erased).values(erased_at=TIMES[2])
        )


class _Company(People, Dealings, Declared):
    async def write(self) -> None:
        await self._settle_provisioned()
        await self._custom_fields()
        await self._members()
        await self._customers()
        await self._partner_accounts()
        await self._contacts()
        await self._deals()
        await self._consents()
        await self._relationships()
        await self._shares()
        await self._registrations()
        await self._consent_events()
        await self._declared()
