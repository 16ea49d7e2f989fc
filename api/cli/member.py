from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import output
from api.cli.listing import Json, list_entries
from api.cli.run import with_services

if TYPE_CHECKING:
    from api.wiring import Services
    from domain.directory.add_member import AddMember

members = typer.Typer(help="The tenant's staff.", no_args_is_help=True)


@members.callback()
def of_tenant() -> None:
    """The tenant's staff."""


@members.command()
def add(
    handle: Annotated[str, typer.Argument(help="The name to sign in with.")],
    *,
    role: Annotated[str, typer.Option(help="MEMBER, MANAGER or ADMIN.")] = "MEMBER",
    department: Annotated[str | None, typer.Option(help="The department's code.")] = None,
    name: Annotated[str | None, typer.Option(help="As people say it; kept sealed.")] = None,
    email: Annotated[str | None, typer.Option(help="Kept sealed.")] = None,
) -> None:
    """Add a member of staff, and print its id. Of the default policy, departments see and write records."""
    from domain.directory.add_member import AddMember

    given = {"name": name, "email": email}
    values = {field: value for field, value in given.items() if value is not None}
    command = AddMember(handle, role.upper(), department, values)
    output.result(f"mem_{with_services(lambda services: _add(services, command))}")


async def _add(services: Services, command: AddMember) -> str:
    from domain.directory.add_member import add_member
    from domain.persistence.unit_of_work import unit_of_work

    caller, region = await services.acting(await services.provision())
    async with unit_of_work(services.stores, caller, region) as work:
        return await add_member(command, work)


@members.command("list")
def list_(*, json: Json = False) -> None:
    """Print the members: id, handle, role and department. Their names are sealed."""
    from domain.directory.listed import listed_members

    list_entries(listed_members, json=json)
