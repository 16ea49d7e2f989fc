"""``farley reindex``: search tokens, made for records that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services


def reindex_search(
    *,
    again: Annotated[
        bool, typer.Option("--all", help="Also of records that have some already.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Make the keyed tokens by which records are searched, for all records that have none.

    Needed once after an update from a version that had no search. An interrupted run is gone on with
    by running it again.
    """
    done = with_services(lambda services: _reindex(services, again=again))
    if json:
        output.result_json({"records": done})
    else:
        output.note(f"Indexed {done} records.")


async def _reindex(services: Services, *, again: bool) -> int:
    from domain.keys.make_tokens import indexed, reindex
    from domain.storage.housekeeping import tidy_tokens
    from domain.values.ids import FIRST_ID
    from domain.writing.unit_of_work import unit_of_work

    tenant, done = services.own_tenant, 0
    with output.progress() as progress:
        task = progress.add_task("Indexing", total=None)
        for resource in indexed(services.registry):
            after: str | None = FIRST_ID
            while after is not None:
                caller, region = await services.acting(tenant)
                async with unit_of_work(services.stores, caller, region) as work:
                    count, after = await reindex(work, resource, after, again=again, judging=again)
                done += count
                progress.update(task, completed=done)
    await tidy_tokens(services.stores.engine)
    return done
