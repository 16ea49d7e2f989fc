"""Active principals of a tenant, as the directory has them, and the one that rules call by a name."""

import re
from dataclasses import dataclass

from domain.directory.principals import (
    UnknownPrincipalError,
    as_member,
    as_partner,
    principal_named,
)
from policy.subjects.principals import Principal, PrincipalKind
from privacy.database import TenantPool

PRINCIPALS_MAX = 5_000

_NAME = re.compile(
    r"(?:(?P<member>member:|mem_)|partner:|supplier:|par_)"
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


@dataclass(frozen=True, slots=True)
class KnownPrincipal:
    """A principal and the handle by which people know it."""

    principal: Principal
    handle: str


async def everyone(
    pool: TenantPool, tenant: str, department: str | None = None
) -> list[KnownPrincipal]:
    """Members first, then partners and suppliers, by handle; of one department (its code) members only.

    One more than ``PRINCIPALS_MAX`` where there are more.
    """
    members = await _members(pool, tenant, department=department)
    if department is not None or len(members) > PRINCIPALS_MAX:
        return members
    partners = await _partners(pool, tenant)
    return [*members, *partners][: PRINCIPALS_MAX + 1]


async def principal_called(pool: TenantPool, tenant: str, name: str) -> KnownPrincipal:
    """The active principal of a handle, of a name as rules have it (``member:…``) or of an id that
    callers see (``mem_…``); raises ``UnknownPrincipalError``.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return KnownPrincipal(await principal_named(pool, tenant, name), name)
    listed = _members if match["member"] else _partners
    found = await listed(pool, tenant, id_=match["id"])
    fitting = [known for known in found if name in _names(known.principal)]
    if not fitting:
        raise UnknownPrincipalError(name)
    return fitting[0]


def _names(principal: Principal) -> set[str]:
    prefix = "mem" if principal.kind is PrincipalKind.MEMBER else "par"
    return {principal.name, f"{prefix}_{principal.id}"}


async def _members(
    pool: TenantPool, tenant: str, *, department: str | None = None, id_: str | None = None
) -> list[KnownPrincipal]:
    rows = await pool.fetch(
        tenant,
        "SELECT m.id::text, m.role, m.department_id::text, d.code, m.handle FROM members m"
        " LEFT JOIN departments d ON d.tenant_id = m.tenant_id AND d.id = m.department_id"
        " WHERE m.tenant_id = $1 AND m.active AND ($2::text IS NULL OR d.code = $2)"
        " AND ($3::uuid IS NULL OR m.id = $3) ORDER BY m.handle LIMIT $4",
        tenant,
        department,
        id_,
        PRINCIPALS_MAX + 1,
    )
    return [KnownPrincipal(as_member(tenant, row[:-1]), row[-1]) for row in rows]


async def _partners(
    pool: TenantPool, tenant: str, *, id_: str | None = None
) -> list[KnownPrincipal]:
    rows = await pool.fetch(
        tenant,
        "SELECT id::text, kind, customer_id::text, handle FROM partner_accounts"
        " WHERE tenant_id = $1 AND active AND ($2::uuid IS NULL OR id = $2)"
        " ORDER BY handle LIMIT $3",
        tenant,
        id_,
        PRINCIPALS_MAX + 1,
    )
    return [KnownPrincipal(as_partner(tenant, row[:-1]), row[-1]) for row in rows]
