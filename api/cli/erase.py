from typing import Annotated

import typer

from api.cli import output
from api.cli.run import with_services
from api.wiring import Services
from domain.directory.principals import principal_named
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.persistence.unit_of_work import unit_of_work
from domain.provisioning import tenant_id
from domain.reading.identifiers import record_id


def erase(
    customer: Annotated[str, typer.Argument(help="The customer's id, such as cus_0190….")],
    as_: Annotated[str, typer.Option("--as", metavar="NAME", help="Who orders it.")] = "compliance",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Erase a person: destroy their key, remove every index and derivative, keep them out.

    This cannot be undone (GDPR Art. 17).
    """
    id_ = record_id("customer", customer)
    if not yes and not typer.confirm("This cannot be undone. Erase this customer?", err=True):
        raise typer.Exit(1)
    erasure = with_services(lambda services: _erase(services, id_, as_))
    if json:
        output.result_json({"customer": customer, "erasure": erasure, "state": "COMPLETED"})
    else:
        output.note(f"Erased: {customer} (erasure {erasure}).")


async def _erase(services: Services, customer: str, handle: str) -> str:
    tenant = tenant_id(services.settings.tenant)
    principal = await principal_named(services.pool, tenant, handle)
    caller = await services.caller(principal, principal.purpose)
    region = await services.tenants.region(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        erasure = await request_erasure(EraseSubject(customer), work)
    await run_erasure(services.stores, caller, region, erasure)
    return erasure
