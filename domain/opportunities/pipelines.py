"""Pipelines that a tenant has declared."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.opportunities.entities import Pipeline, Stage
from domain.tables import stage_transitions, stages
from domain.values.errors import InvalidInputError


async def load_pipeline(connection: AsyncConnection, tenant: str, pipeline_id: str) -> Pipeline:
    """The pipeline with its stages in order; raises ``InvalidInputError`` where there is none."""
    query = (
        sa.select(stages.c.id, stages.c.pipeline_id, stages.c.outcome, stages.c.probability)
        .where(stages.c.tenant_id == tenant, stages.c.pipeline_id == pipeline_id)
        .order_by(stages.c.position)
    )
    found = {row.id: Stage(*row) for row in await connection.execute(query)}
    if not found:
        raise InvalidInputError("there is no such pipeline", ("pipelineId",))
    steps = sa.select(stage_transitions.c.from_id, stage_transitions.c.to_id).where(
        stage_transitions.c.tenant_id == tenant, stage_transitions.c.from_id.in_(list(found))
    )
    return Pipeline(found, frozenset((a, b) for a, b in await connection.execute(steps)))
