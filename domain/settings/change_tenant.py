"""Tenant settings, changed: what a tenant declares of itself."""

from dataclasses import dataclass

import sqlalchemy as sa

from domain.tables import tenants
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import Event, UnitOfWork

AGGREGATE_THRESHOLD_MAX = 1_000


@dataclass(frozen=True, slots=True)
class SetAggregateThreshold:
    """Show groups of at least so many people to callers who see them masked; 1 shows all."""

    people: int


async def set_aggregate_threshold(command: SetAggregateThreshold, work: UnitOfWork) -> None:
    """Raises ``InvalidInputError`` for a number that cannot be."""
    if not 1 <= command.people <= AGGREGATE_THRESHOLD_MAX:
        message = f"a threshold is a number from 1 to {AGGREGATE_THRESHOLD_MAX}"
        raise InvalidInputError(message, ("aggregateThreshold",))
    await work.execute(
        sa.update(tenants)
        .where(tenants.c.tenant_id == work.tenant)
        .values(aggregate_threshold=command.people)
    )
    work.happened(Event("AggregateThresholdSet", "tenant", (work.tenant,), ()))


async def keep_impossible_numbers(work: UnitOfWork, *, kept: bool) -> None:
    """Keep telephone numbers that cannot be dialled, as text that says so, or refuse them."""
    await work.execute(
        sa.update(tenants)
        .where(tenants.c.tenant_id == work.tenant)
        .values(keep_impossible_numbers=kept)
    )
    work.happened(Event("ImpossibleNumbersSet", "tenant", (work.tenant,), ()))


async def aggregate_threshold(work: UnitOfWork) -> int:
    """The threshold that is in force."""
    query = sa.select(tenants.c.aggregate_threshold).where(tenants.c.tenant_id == work.tenant)
    return int((await work.execute(query)).scalar_one())
