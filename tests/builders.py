"""Builders: records with everything filled in that a test does not care about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from api.runtime.wiring import Services
from domain.entities.directory import MEMBER
from domain.settings.provisioning import PIPELINE, provision
from domain.settings.tenants import named_id
from domain.tables import customers, opportunities, partner_accounts, relationships
from domain.writing.unit_of_work import UnitOfWork, unit_of_work
from policy.defaults.grants import DEPARTMENTS
from policy.rules import Rule
from policy.tables import policy_rules
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


async def an_account(api: Api, handle: str, kind: str) -> str:
    """The id of another partner's or supplier's account."""
    async with as_service(api) as work:
        await _partner_account(work, handle, kind)
    return f"par_{named_id(api.tenant, 'partner_account', handle)}"


async def a_member(
    api: Api, handle: str, role: str = "MEMBER", department: str | None = "SALES"
) -> str:
    """The id of another member of staff."""
    within = None if department is None else named_id(api.tenant, "department", department)
    async with as_service(api) as work:
        await _member(work, handle, role, within)
    return f"mem_{named_id(api.tenant, 'member', handle)}"


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


def a_department(api: Api, code: str) -> str:
    """The id of a department, as callers see it."""
    return f"dep_{named_id(api.tenant, 'department', code)}"


def a_stage(api: Api, name: str) -> str:
    """The id of a stage of the pipeline that every tenant begins with."""
    return f"stg_{named_id(api.tenant, 'stage', f'{PIPELINE}/{name}')}"


def the_pipeline(api: Api) -> str:
    return f"pip_{named_id(api.tenant, 'pipeline', PIPELINE)}"


async def a_customer(
    api: Api, *, as_: str = "sales", partner: str | None = None, **values: Any
) -> str:
    """The id of a new customer, made through the API."""
    given = {
        "kind": "PERSON",
        "givenName": "Ada",
        "familyName": "Lovelace",
        "departmentId": a_department(api, "SALES"),
        **values,
    }
    id_ = await _made(api, "createCustomer", "customer", as_, given)
    if partner:
        account = named_id(api.tenant, "partner_account", partner)
        await put(api, customers, id_, partner_account_id=account)
    return id_


async def an_interaction(api: Api, customer: str, *, as_: str = "sales", **values: Any) -> str:
    """The id of a new interaction, made through the API."""
    given = {
        "customerId": customer,
        "channel": "PHONE",
        "direction": "INBOUND",
        "occurredAt": "2026-03-01T12:00:00Z",
        **values,
    }
    return await _made(api, "recordInteraction", "interaction", as_, given)


async def an_opportunity(
    api: Api,
    customer: str,
    amount: str | None = None,
    currency: str = "EUR",
    *,
    as_: str = "sales",
    partner: str | None = None,
    **values: Any,
) -> str:
    """The id of a new opportunity, made through the API; a partner's has nobody of the staff."""
    given = {"customerId": customer, "pipelineId": the_pipeline(api), "title": "Engines", **values}
    if amount is not None:
        given["value"] = {"amount": amount, "currency": currency}
    id_ = await _made(api, "createOpportunity", "opportunity", as_, given)
    if partner:
        account = named_id(api.tenant, "partner_account", partner)
        columns = {"owner_id": None, "department_id": None, "partner_account_id": account}
        await put(api, opportunities, id_, **columns)
    return id_


async def a_consent(api: Api, customer: str, *, as_: str = "sales", **values: Any) -> str:
    """The id of a consent to marketing, made through the API."""
    given = {"customerId": customer, "purpose": "marketing", "method": "form", **values}
    return await _made(api, "grantConsent", "consent", as_, given)


async def _made(api: Api, mutation: str, field: str, as_: str, given: dict[str, Any]) -> str:
    payload = await api.mutate(mutation, f"{field} {{ id }}", as_=as_, **given)
    assert payload["userErrors"] == [], payload["userErrors"]
    return str(payload[field]["id"])


async def put(api: Api, table: sa.Table, id_: str, **values: Any) -> None:
    """Set columns that no mutation sets yet."""
    async with as_service(api) as work:
        await work.execute(
            sa.update(table)
            .where(table.c.tenant_id == api.tenant, table.c.id == id_[4:])
            .values(values)
        )


async def relate(api: Api, type_: str, from_: str, to: str) -> str:
    """The id of a new relationship, which no mutation makes yet."""
    async with as_service(api) as work:
        id_ = work.stores.new_id()
        row = {"id": id_, "type": type_, "from_id": from_[4:], "to_id": to[4:]}
        await work.execute(
            sa.insert(relationships).values(
                tenant_id=api.tenant, created_at=work.stores.now(), **row
            )
        )
    return f"rel_{id_}"


@asynccontextmanager
async def as_service(api: Api, purpose: str = "administration") -> AsyncIterator[UnitOfWork]:
    """A unit of work of Farley itself."""
    caller = await api.services.caller(api.services.service_principal(api.tenant), purpose)
    async with unit_of_work(api.services.stores, caller, "DE") as work:
        yield work


async def another_tenant(api: Api, slug: str = "elsewhere") -> Api:
    """The same application as another company's staff see it."""
    tenant = await provision(api.services.stores, api.services.registry, slug, "Elsewhere", "DE")
    other = replace(api, tenant=tenant)
    if (await api.services.pool.fetch(tenant, "SELECT FROM members LIMIT 1")) == []:
        await staff(api.services, tenant)
    return other


async def add_rules(api: Api, *rules: Rule) -> None:
    """Rules beside those that a new tenant begins with; before the application has asked for them."""
    rows = [
        {
            "tenant_id": api.tenant,
            "version": 1,
            "number": 1_000 + number,
            "subject": rule.subject,
            "resource": rule.resource,
            "action": rule.action,
            "purpose": rule.purpose,
            "condition": rule.condition,
            "fields": list(rule.fields),
            "effect": rule.effect,
        }
        for number, rule in enumerate(rules)
    ]
    async with as_service(api) as work:
        await work.insert(policy_rules, rows)
