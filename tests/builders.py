"""Builders: records with everything filled in that a test does not care about."""

from typing import Any

import sqlalchemy as sa

from api.wiring import Services
from domain.directory.fields import MEMBER
from domain.persistence.tables import customers, partner_accounts
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.provisioning import named_id
from policy.defaults import DEPARTMENTS
from tests.api import Api


async def staff(services: Services, tenant: str) -> None:
    caller = await services.caller(services.service_principal(tenant), "administration")
    async with unit_of_work(services.stores, caller, "DE") as work:
        for code in DEPARTMENTS:
            await _member(work, code.lower(), "MEMBER", named_id(tenant, "department", code))
        await _member(work, "manager", "MANAGER", named_id(tenant, "department", "SALES"))
        await _member(work, "admin", "ADMIN", None)
        for handle, kind in (
            ("partner", "PARTNER"),
            ("rival", "PARTNER"),
            ("supplier", "SUPPLIER"),
        ):
            await _partner_account(work, handle, kind)


async def _member(work: UnitOfWork, handle: str, role: str, department: str | None) -> None:
    id_, now = named_id(work.tenant, "member", handle), work.stores.now()
    await work.stores.vault.create_keys(work.tenant, [id_])
    row = {
        "id": id_,
        "handle": handle,
        "role": role,
        "department_id": department,
        "active": True,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    await work.records.add(MEMBER, row, {"name": f"{handle.title()} Smith"})


async def _partner_account(work: UnitOfWork, handle: str, kind: str) -> None:
    row = {
        "tenant_id": work.tenant,
        "id": named_id(work.tenant, "partner_account", handle),
        "kind": kind,
        "handle": handle,
        "name": handle.title(),
        "active": True,
        "created_at": work.stores.now(),
    }
    await work.execute(sa.insert(partner_accounts).values(row))


async def a_customer(
    api: Api, *, as_: str = "sales", partner: str | None = None, **values: Any
) -> str:
    """The id of a new customer, made through the API."""
    given = {
        "kind": "PERSON",
        "givenName": "Ada",
        "familyName": "Lovelace",
        "departmentId": f"dep_{named_id(api.tenant, 'department', 'SALES')}",
        **values,
    }
    payload = await api.mutate("createCustomer", "customer { id }", as_=as_, **given)
    assert payload["userErrors"] == [], payload["userErrors"]
    id_ = str(payload["customer"]["id"])
    if partner:
        await _assign(api, id_, partner)
    return id_


async def _assign(api: Api, customer: str, partner: str) -> None:
    caller = await api.services.caller(api.services.service_principal(api.tenant), "administration")
    account = named_id(api.tenant, "partner_account", partner)
    async with unit_of_work(api.services.stores, caller, "DE") as work:
        await work.execute(
            sa.update(customers)
            .where(customers.c.tenant_id == api.tenant, customers.c.id == customer[4:])
            .values(partner_account_id=account)
        )
