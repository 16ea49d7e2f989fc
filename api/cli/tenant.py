from typing import Annotated

import typer

from api.cli import output
from api.cli.run import with_services
from api.wiring import Services
from domain.persistence.unit_of_work import unit_of_work
from domain.provisioning import tenant_id
from domain.tenant_settings import (
    AGGREGATE_THRESHOLD_MAX,
    SetAggregateThreshold,
    aggregate_threshold,
    set_aggregate_threshold,
)


def tenant(
    *,
    threshold: Annotated[
        int | None,
        typer.Option(
            "--aggregate-threshold",
            metavar="PEOPLE",
            min=1,
            max=AGGREGATE_THRESHOLD_MAX,
            help="Show groups of at least so many people to callers who see them masked.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON.")] = False,
) -> None:
    """Show the tenant's own settings, or change them."""
    people = with_services(lambda services: _settings(services, threshold))
    if json:
        output.result_json({"aggregateThreshold": people})
    else:
        output.result(f"aggregate threshold: {people}")


async def _settings(services: Services, threshold: int | None) -> int:
    caller, region = await services.acting(tenant_id(services.settings.tenant))
    async with unit_of_work(services.stores, caller, region) as work:
        if threshold is not None:
            await set_aggregate_threshold(SetAggregateThreshold(threshold), work)
        return await aggregate_threshold(work)
