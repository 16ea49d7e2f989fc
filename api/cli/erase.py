from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

import typer

from api.cli import output
from api.cli.run import with_services
from api.wiring import Services
from domain.directory.principals import principal_named
from domain.erasure.erase_prospect import EraseProspect, request_prospect_erasure
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.provisioning import tenant_id
from domain.reading.identifiers import record_id
from domain.resources import RESOURCES

REGISTRATION = "deal_registration"


def erase(
    person: Annotated[
        str,
        typer.Argument(
            help="The customer's id, such as cus_0190…; dea_…, the id of a registered deal, for"
            " somebody who is no customer."
        ),
    ],
    as_: Annotated[str, typer.Option("--as", metavar="NAME", help="Who orders it.")] = "compliance",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Erase a person: destroy their key, remove every index and derivative, keep them out.

    This cannot be undone (GDPR Art. 17).
    """
    is_prospect = person.startswith(f"{RESOURCES[REGISTRATION].prefix}_")
    id_ = record_id(REGISTRATION if is_prospect else "customer", person)
    if not yes and not typer.confirm("This cannot be undone. Erase this person?", err=True):
        raise typer.Exit(1)
    request = (
        partial(request_prospect_erasure, EraseProspect(id_))
        if is_prospect
        else partial(request_erasure, EraseSubject(id_))
    )
    erasure = with_services(lambda services: _erase(services, request, as_))
    if json:
        named = "dealRegistration" if is_prospect else "customer"
        output.result_json({named: person, "erasure": erasure, "state": "COMPLETED"})
    else:
        output.note(f"Erased: {person} (erasure {erasure}).")


async def _erase(
    services: Services, request: Callable[[UnitOfWork], Awaitable[str]], handle: str
) -> str:
    tenant = tenant_id(services.settings.tenant)
    principal = await principal_named(services.pool, tenant, handle)
    caller = await services.caller(principal, principal.purpose)
    region = await services.tenants.region(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        erasure = await request(work)
    await run_erasure(services.stores, caller, region, erasure)
    return erasure
