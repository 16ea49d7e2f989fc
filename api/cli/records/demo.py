"""``farley demo``: a made-up company, written into a tenant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.importing.records.results import BatchResult

CUSTOMERS_MAX = 1_000_000


def demo(
    customers: Annotated[
        int, typer.Option(min=1, max=CUSTOMERS_MAX, help="How many people and organisations.")
    ] = 200,
    seed: Annotated[int, typer.Option(help="Another seed makes up others in their places.")] = 1,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Make up a company: staff, partners, customers, interactions, opportunities, consents.

    The same seed makes the same data on every machine and day.
    Running it again changes nothing, a greater number adds to it.
    All mail domains are reserved ones: nobody real is ever written to.
    The tenant `demo` is made where need be; any other has to be there.
    """
    from api.settings.settings import DEMO, Settings

    settings = Settings()
    result = with_services(
        lambda services: make_demo(services, customers, seed=seed),
        settings=settings,
        makes_tenant=settings.development and settings.tenant == DEMO,
    )
    if json:
        output.result_json(
            {
                "customers": customers,
                "created": result.created,
                "updated": result.updated,
                "unchanged": result.unchanged,
                "rejected": len(result.rejected),
            }
        )
    else:
        _tell(customers, result)


async def make_demo(services: Services, customers: int, *, seed: int) -> BatchResult:
    """Provision the tenant of the settings if need be, and write the data set into it."""
    from domain.demo.load import load_demo

    caller, region = await services.acting(await services.provision())
    with output.progress() as progress:
        task = progress.add_task("Making up customers", total=customers)
        return await load_demo(
            services.stores,
            caller,
            region,
            customers=customers,
            seed=seed,
            progress=lambda done: progress.update(task, completed=done),
        )


def _tell(customers: int, result: BatchResult) -> None:
    output.note(
        f"Made up {customers} customers: {result.created} records created, {result.updated} updated,"
        f" {result.unchanged} already there."
    )
    reasons = Counter(rejection.reason for rejection in result.rejected)
    for reason, count in sorted(reasons.items()):
        output.note(f"{count} records were left out: {reason}.")
