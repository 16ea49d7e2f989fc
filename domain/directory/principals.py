"""Principals by handle: a member of staff, a partner, or a supplier."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from policy.subjects.principals import Principal, PrincipalKind, Role
from privacy.database import TenantPool

PURPOSE_BY_DEPARTMENT = {
    "SALES": "sales",
    "SUPPORT": "support",
    "MARKETING": "marketing",
    "FINANCE": "billing",
    "COMPLIANCE": "compliance",
}


_FORBIDDEN = re.compile("[\0\ud800-\udfff]")


def roles_of(role: str, department: str | None) -> frozenset[str]:
    """The roles of a member of staff: an administrator is bound to no department."""
    return frozenset({Role.ADMIN if role == Role.ADMIN else f"{department}:{role}"})


def purpose_of(roles: Iterable[str], before: str = "") -> str:
    """The usual purpose of whoever has these roles; of several none, so that each request names one.

    ``before`` is the purpose that they had: it stays if it is one of these, or if these name none.
    """
    usual = {_purpose_of(role) for role in roles} - {""}
    if not usual or before in usual:
        return before
    return usual.pop() if len(usual) == 1 else ""


def _purpose_of(role: str) -> str:
    if role == Role.ADMIN:
        return "administration"
    return PURPOSE_BY_DEPARTMENT.get(role.partition(":")[0], "")


class UnknownPrincipalError(LookupError):
    """No active member, partner or supplier has this handle."""


async def principal_named(pool: TenantPool, tenant: str, handle: str) -> Principal:
    """The principal; raises ``UnknownPrincipalError``, also for text that no handle can be."""
    if _FORBIDDEN.search(handle):
        raise UnknownPrincipalError(handle)
    return await _member(pool, tenant, handle) or await _partner(pool, tenant, handle)


async def _member(pool: TenantPool, tenant: str, handle: str) -> Principal | None:
    rows = await pool.fetch(
        tenant,
        "SELECT m.id::text, m.role, m.department_id::text, d.code FROM members m"
        " LEFT JOIN departments d ON d.tenant_id = m.tenant_id AND d.id = m.department_id"
        " WHERE m.tenant_id = $1 AND m.handle = $2 AND m.active",
        tenant,
        handle,
    )
    return as_member(tenant, rows[0]) if rows else None


def as_member(tenant: str, row: Iterable[Any]) -> Principal:
    """The principal of a member: id, role, department and the department's code.

    A department without a purpose of its own leaves them none until they name one.
    """
    id_, role, department_id, code = row
    roles = roles_of(role, code)
    return Principal(
        tenant_id=tenant,
        kind=PrincipalKind.MEMBER,
        id=id_,
        roles=roles,
        purpose=purpose_of(roles),
        department_id=department_id,
    )


async def _partner(pool: TenantPool, tenant: str, handle: str) -> Principal:
    rows = await pool.fetch(
        tenant,
        "SELECT id::text, kind, customer_id::text FROM partner_accounts"
        " WHERE tenant_id = $1 AND handle = $2 AND active",
        tenant,
        handle,
    )
    if not rows:
        raise UnknownPrincipalError(handle)
    return as_partner(tenant, rows[0])


def as_partner(tenant: str, row: Iterable[Any]) -> Principal:
    """The principal of a partner or a supplier: id, kind and the organisation's record."""
    id_, kind, customer_id = row
    is_supplier = kind == Role.SUPPLIER
    return Principal(
        tenant_id=tenant,
        kind=PrincipalKind.SUPPLIER if is_supplier else PrincipalKind.PARTNER,
        id=id_,
        roles=frozenset({kind}),
        purpose="supply" if is_supplier else "partner",
        partner_account_id=id_,
        customer_id=customer_id,
    )


async def member_since(pool: TenantPool, tenant: str, id_: str) -> datetime | None:
    """When the member was added; nothing where it is none."""
    sql = "SELECT created_at FROM members WHERE tenant_id = $1 AND id = $2"
    rows = await pool.fetch(tenant, sql, tenant, id_)
    return rows[0][0] if rows else None


async def department_of(pool: TenantPool, tenant: str, code: str) -> str | None:
    """The id of the department with that code."""
    sql = "SELECT id::text FROM departments WHERE tenant_id = $1 AND code = $2"
    rows = await pool.fetch(tenant, sql, tenant, code)
    return str(rows[0][0]) if rows else None
