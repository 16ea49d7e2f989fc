"""Directory listing, with the ids that rules, shares and keys name: for whoever administers them."""

from typing import Any

import sqlalchemy as sa

from domain.directory.principals import roles_of
from domain.entities.directory import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.tables import departments, members, partner_accounts
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action

Entry = dict[str, Any]


async def listed_members(work: UnitOfWork) -> list[Entry]:
    """By handle, those who left among them; their names are sealed and not told. Raises
    ``ForbiddenError``.
    """
    work.require(Action.ADMINISTER, MEMBER)
    above = members.c.tenant_id == departments.c.tenant_id
    joined = members.outerjoin(departments, above & (members.c.department_id == departments.c.id))
    query = sa.select(
        members.c.id, members.c.handle, members.c.role, departments.c.code, members.c.active
    ).select_from(joined)
    rows = await _rows(work, query, members, "handle")
    return [
        {
            "id": f"{MEMBER.prefix}_{row['id']}",
            "handle": row["handle"],
            "role": next(iter(roles_of(row["role"], row["code"]))),
            "department": row["code"],
            "active": row["active"],
        }
        for row in rows
    ]


async def listed_departments(work: UnitOfWork) -> list[Entry]:
    """By code. Raises ``ForbiddenError``."""
    work.require(Action.ADMINISTER, MEMBER)
    above = departments.alias()
    joined = departments.outerjoin(
        above,
        (departments.c.tenant_id == above.c.tenant_id) & (departments.c.parent_id == above.c.id),
    )
    query = sa.select(
        departments.c.id, departments.c.code, departments.c.name, above.c.code.label("parent")
    ).select_from(joined)
    rows = await _rows(work, query, departments, "code")
    return [{**row, "id": f"{DEPARTMENT.prefix}_{row['id']}"} for row in rows]


async def listed_accounts(work: UnitOfWork) -> list[Entry]:
    """Partners' and suppliers', by handle, those that are shut among them. Raises ``ForbiddenError``."""
    work.require(Action.ADMINISTER, PARTNER_ACCOUNT)
    table = partner_accounts.c
    query = sa.select(table.id, table.handle, table.kind, table.name, table.active)
    rows = await _rows(work, query, partner_accounts, "handle")
    return [{**row, "id": f"{PARTNER_ACCOUNT.prefix}_{row['id']}"} for row in rows]


async def _rows(
    work: UnitOfWork, query: sa.Select[Any], table: sa.Table, order: str
) -> list[Entry]:
    own = query.where(table.c.tenant_id == work.tenant)
    found = await work.execute(own.order_by(table.c[order]))
    return [dict(row) for row in found.mappings()]
