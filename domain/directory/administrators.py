"""Guard of the administrators: a tenant is never left without one that is let in."""

from collections.abc import Collection

import sqlalchemy as sa

from domain.tables import members
from domain.values.errors import ConflictError
from domain.writing.unit_of_work import UnitOfWork
from policy.subjects.principals import Role

LAST = "LAST_ADMINISTRATOR"


async def active_administrators(work: UnitOfWork) -> frozenset[str]:
    """Their ids, locked, so that no two leave at once."""
    query = (
        sa.select(members.c.id)
        .where(members.c.tenant_id == work.tenant, members.c.role == Role.ADMIN, members.c.active)
        .order_by(members.c.id)
        .with_for_update()
    )
    return frozenset(map(str, (await work.execute(query)).scalars()))


def last_administrator(*path: str) -> ConflictError:
    """Nobody could let anybody in any more, nor change a rule."""
    message = "there would be no active administrator left"
    return ConflictError(message, path, code=LAST)


async def refuse_last(work: UnitOfWork, leaving: Collection[str]) -> None:
    """Raise ``ConflictError`` where no active administrator would be left."""
    active = await active_administrators(work)
    if active & set(leaving) and not active - set(leaving):
        raise last_administrator("id")
