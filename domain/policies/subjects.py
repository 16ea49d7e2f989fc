"""Subjects of rules: departments, staff, partners and suppliers of the tenant."""

from dataclasses import dataclass

import sqlalchemy as sa

from domain.directory.principals import roles_of
from domain.tables import departments, members, partner_accounts
from domain.writing.unit_of_work import UnitOfWork
from policy.subjects.principals import Principal, PrincipalKind, Role


@dataclass(frozen=True, slots=True)
class Subjects:
    """Active members of staff as principals, and every role and name that there is."""

    staff: tuple[Principal, ...]
    names: frozenset[str]


async def subjects(work: UnitOfWork) -> Subjects:
    """Those of the tenant of this unit of work."""
    codes = await _codes(work)
    staff = [_principal(work.tenant, *row) for row in await _members(work)]
    roles = {f"{code}:{role}" for code in codes for role in (Role.MEMBER, Role.MANAGER)}
    names = {*Role, *roles, *(one.name for one in staff), *await _accounts(work)}
    return Subjects(tuple(staff), frozenset(map(str, names)))


async def _codes(work: UnitOfWork) -> list[str]:
    query = sa.select(departments.c.code).where(departments.c.tenant_id == work.tenant)
    return list((await work.execute(query)).scalars())


async def _members(work: UnitOfWork) -> list[tuple[str, str, str | None]]:
    """Id, role and the code of the department of everybody who is active."""
    department = sa.and_(
        departments.c.tenant_id == members.c.tenant_id,
        departments.c.id == members.c.department_id,
    )
    query = (
        sa.select(members.c.id, members.c.role, departments.c.code)
        .select_from(members.outerjoin(departments, department))
        .where(members.c.tenant_id == work.tenant, members.c.active)
    )
    rows = await work.execute(query)
    return [(id_, role, code) for id_, role, code in map(tuple, rows)]


async def _accounts(work: UnitOfWork) -> list[str]:
    query = sa.select(partner_accounts.c.kind, partner_accounts.c.id).where(
        partner_accounts.c.tenant_id == work.tenant
    )
    rows = await work.execute(query)
    return [f"{kind.lower()}:{id_}" for kind, id_ in map(tuple, rows)]


def _principal(tenant: str, id_: str, role: str, code: str | None) -> Principal:
    return Principal(
        tenant_id=tenant,
        kind=PrincipalKind.MEMBER,
        id=id_,
        roles=roles_of(role, code),
        purpose="administration",
    )
