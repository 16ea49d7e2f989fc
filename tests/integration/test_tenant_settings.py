"""A tenant's own settings."""

import pytest

from domain.settings.change_tenant import (
    AGGREGATE_THRESHOLD_MAX,
    SetAggregateThreshold,
    aggregate_threshold,
    set_aggregate_threshold,
)
from domain.values.errors import InvalidInputError
from tests.api import Api
from tests.builders import another_tenant, as_service


async def test_the_threshold_of_one_tenant_is_its_own(api: Api) -> None:
    other = await another_tenant(api, "threshold")
    for people in (1, AGGREGATE_THRESHOLD_MAX, 7):
        async with as_service(api) as work:
            await set_aggregate_threshold(SetAggregateThreshold(people), work)
        async with as_service(api) as work:
            assert await aggregate_threshold(work) == people
    async with as_service(other) as work:
        assert await aggregate_threshold(work) == 5
    rows = await api.services.pool.fetch(
        api.tenant, "SELECT event, entities::text[] FROM outbox WHERE tenant_id = $1", api.tenant
    )
    assert [tuple(row) for row in rows] == [("AggregateThresholdSet", [api.tenant])] * 3


@pytest.mark.parametrize("people", [0, -1, AGGREGATE_THRESHOLD_MAX + 1])
async def test_a_threshold_that_cannot_be_is_refused(api: Api, people: int) -> None:
    async with as_service(api) as work:
        with pytest.raises(InvalidInputError):
            await set_aggregate_threshold(SetAggregateThreshold(people), work)
