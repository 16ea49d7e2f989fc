"""``farley init``: the first command on a new installation makes a tenant and its administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services

NEXT = """{name} is there, and {admin} administers it. What comes next:

  export FARLEY_TENANT={tenant}   for this and every later command
  farley member add HANDLE --department SALES   somebody who works with customers
  farley import suggest customers.csv --output mapping.yaml
  farley import --mapping mapping.yaml --check customers.csv   then without --check
  farley serve
  farley token --as HANDLE   the token that a first query wants
"""


def init(
    *,
    admin: Annotated[str, typer.Option(metavar="HANDLE", help="The administrator's name.")],
    tenant: Annotated[
        str | None, typer.Option(help="Small letters, digits and -; else FARLEY_TENANT's.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the company is called.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Its country, such as DE; else FARLEY_REGION's.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="The administrator's address.")] = None,
) -> None:
    """Make a tenant with its first administrator, and say what to do next.

    A tenant that has an administrator is left as it is, with exit code 1.
    """
    from api.settings.settings import Settings

    given: dict[str, Any] = {"tenant": tenant, "region": region}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    called = name or settings.tenant.title()
    member = with_services(
        lambda services: _init(services, called, admin, email),
        settings=settings,
        makes_tenant=True,
    )
    if member is None:
        output.fail("This tenant has an administrator already: nothing was changed.")
    output.result(f"mem_{member}")
    output.note(NEXT.format(name=called, admin=admin, tenant=settings.tenant))


async def _init(services: Services, name: str, admin: str, email: str | None) -> str | None:
    """The new administrator's id; none where there is one already."""
    from domain.directory.add_member import ADMIN, AddMember, add_member, has_administrator
    from domain.settings.provisioning import provision
    from domain.writing.unit_of_work import unit_of_work

    settings = services.settings
    tenant = await provision(
        services.stores, services.registry, settings.tenant, name, settings.region
    )
    caller, region = await services.acting(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        if await has_administrator(work):
            return None
        values = {} if email is None else {"email": email}
        return await add_member(AddMember(admin, ADMIN, None, values), work)
