"""``farley department``: departments, added and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.listing import Json, list_entries
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.directory.add_department import AddDepartment

departments = typer.Typer(help="The tenant's departments.", no_args_is_help=True)


@departments.command()
def add(
    code: Annotated[str, typer.Argument(help="As its roles have it: LEGAL for LEGAL:MEMBER.")],
    name: Annotated[str, typer.Argument(help="As people say it.")],
    *,
    parent: Annotated[str | None, typer.Option(help="The code of the department above.")] = None,
) -> None:
    """Add a department, and print its id. Nobody sees more for it until a rule says so."""
    from domain.directory.add_department import AddDepartment

    command = AddDepartment(code, name, parent)
    output.result(f"dep_{with_services(lambda services: _add(services, command))}")


@departments.command("list")
def list_(*, json: Json = False) -> None:
    """Print the departments: id, code, name and the code of the one above."""
    from domain.directory.directory_listing import listed_departments

    list_entries(listed_departments, json=json)


async def _add(services: Services, command: AddDepartment) -> str:
    from domain.directory.add_department import add_department
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return await add_department(command, work)
