"""``farley search-modes``: how each text is found, shown and chosen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.searching.chosen import Choice
    from domain.settings.set_search_mode import SetSearchMode

search_modes = typer.Typer(
    help="How sealed texts are found, and what they leave in the database for that.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class Mode(StrEnum):
    """The modes as they are typed."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    PLAIN = "plain"


@search_modes.command("list")
def list_(*, json: Json = False) -> None:
    """Print the mode of every text."""
    _print(with_services(_all), json=json)


@search_modes.command("set")
def set_(
    field: Annotated[str, typer.Argument(help="As it is listed: customer.person_name.")],
    mode: Annotated[Mode, typer.Argument(help="How it is found.", case_sensitive=False)],
    *,
    background: Annotated[
        bool, typer.Option("--background", help="Let the worker make the records anew.")
    ] = False,
    json: Json = False,
) -> None:
    """Choose how a text is found, and make its records anew.

    An interrupted run is gone on with by the worker, or by running it again.
    """
    from domain.keys.wait_for_transactions import StillWritingError
    from domain.searching.modes import SearchMode
    from domain.settings.set_search_mode import SetSearchMode

    command = SetSearchMode(field, SearchMode[mode.name])
    try:
        chosen = with_services(partial(_set, command=command, background=background))
    except StillWritingError:
        output.fail("A transaction does not end: the worker goes on, or run it again.")
    _print([chosen], json=json)


async def _all(services: Services) -> Sequence[Choice]:
    from domain.searching.chosen import all_choices
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return await all_choices(work.connection, work.registry, work.tenant)


async def _set(services: Services, command: SetSearchMode, *, background: bool) -> Choice:
    from domain.keys.apply_search_mode import Remake
    from domain.settings.set_search_mode import set_search_mode
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        await set_search_mode(command, work)
    if not background:
        with output.progress() as progress:
            task = progress.add_task("Making anew", total=None)
            await Remake(services.stores, caller, region).run(
                command.field, lambda done: progress.update(task, completed=done)
            )
    return next(one for one in await _all(services) if one.field == command.field)


def _print(choices: Sequence[Choice], *, json: bool) -> None:
    shown = [
        {
            "text": one.field,
            "mode": one.mode.value,
            "modeInForce": one.in_force.value,
            "isPending": one.is_pending,
        }
        for one in choices
    ]
    if json:
        output.result_json(shown)
        return
    for one in choices:
        pending = f"  {one.in_force.lower()} until all records are made anew"
        output.result(f"{one.field}  {one.mode.lower()}{pending if one.is_pending else ''}")
