"""Doing what an erasure leaves to the worker."""

import sqlalchemy as sa

from api.runtime.worker import _erase
from domain.tables import erasures
from domain.writing.jobs import ERASE, Job
from tests.api import Api
from tests.builders import as_service


async def finish_erasures(api: Api) -> None:
    """Bring all erasures that were accepted to their end, as the worker does."""
    async with as_service(api) as work:
        query = sa.select(erasures.c.id).where(
            erasures.c.tenant_id == api.tenant, erasures.c.completed_at.is_(None)
        )
        ids = [str(id_) for id_ in (await work.execute(query)).scalars()]
    if ids:
        await _erase(api.services, Job(ERASE, api.tenant, ids))
