"""``farley erasure``: the erasures under way, and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.listing import Json
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services

Entry = dict[str, Any]

erasures = typer.Typer(help="Erasures, and how far they are.", no_args_is_help=True)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@erasures.callback()
def of_tenant() -> None:
    """Erasures, and how far they are."""


@erasures.command("list")
def list_(
    *,
    completed: Annotated[
        bool, typer.Option("--all", help="Those that are completed as well.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the erasures under way, the oldest first: id, state, whose it is, how long it has been waiting.

    Nothing of a person but the id. One that waits for minutes tells that no worker runs: start one, or go
    on with `farley erase` (`farley member erase` for mem_…) and that id.
    """
    found = with_services(lambda services: _listed(services, completed=completed))
    if json:
        output.result_json(found)
        return
    for entry in found:
        words = (entry["id"], entry["state"], entry["person"], _age(entry))
        output.result("  ".join(words))
    if not found:
        output.note("No erasure is under way.")


async def _listed(services: Services, *, completed: bool) -> list[Entry]:
    from domain.erasure.erasure_listing import listed_erasures
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return await listed_erasures(work, completed=completed)


def _age(entry: Entry) -> str:
    seconds = entry["waitingSeconds"]
    if seconds is None:
        return f"completed {entry['completedAt']}"
    size, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"waiting {seconds // size} {unit}"
