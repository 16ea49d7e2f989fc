"""Listing commands: what those share that list who there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.writing.unit_of_work import UnitOfWork

Entries = list[dict[str, Any]]
Json = Annotated[bool, typer.Option("--json", help="Print the list as JSON.")]


def list_entries(listed: Callable[[UnitOfWork], Awaitable[Entries]], *, json: bool) -> None:
    """One entry a line: its id, and what tells it from others."""
    from domain.writing.unit_of_work import unit_of_work

    async def run(services: Services) -> Entries:
        caller, region = await services.acting(services.own_tenant)
        async with unit_of_work(services.stores, caller, region) as work:
            return await listed(work)

    found = with_services(run)
    if json:
        output.result_json(found)
        return
    for entry in found:
        words = [str(entry[name]) for name in entry if name != "active" and entry[name] is not None]
        output.result("  ".join(words + ["inactive"] * (not entry.get("active", True))))
