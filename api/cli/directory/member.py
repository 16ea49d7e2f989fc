"""``farley member``: members of staff, added, listed, switched and erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.listing import Json, list_entries
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.directory.add_member import AddMember
    from domain.writing.unit_of_work import UnitOfWork

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="The handle, or the id: mem_…")]

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
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return await add_member(command, work)


@members.command("list")
def list_(*, json: Json = False) -> None:
    """Print the members: id, handle, role and department. Their names are sealed."""
    from domain.directory.directory_listing import listed_members

    list_entries(listed_members, json=json)


@members.command()
def deactivate(member: Who) -> None:
    """Shut a member out: within a second their tokens open nothing."""
    with_services(lambda services: _switch(services, member, active=False))


@members.command()
def activate(member: Who) -> None:
    """Let a member in again."""
    with_services(lambda services: _switch(services, member, active=True))


@members.command()
def erase(
    member: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a member who left: name, address, title and handle go, what they did keeps their id.

    This cannot be undone (GDPR Art. 17). After a crash, run it again with the id.
    """
    if not yes and not typer.confirm("This cannot be undone. Erase this member?", err=True):
        raise typer.Exit(1)
    output.note(f"Erased: {with_services(lambda services: _erase(services, member))}.")


async def _switch(services: Services, member: str, *, active: bool) -> None:
    from domain.directory.switch_member import SwitchMember, switch_member
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        await switch_member(SwitchMember(await _named(member, work), active), work)


async def _erase(services: Services, member: str) -> str:
    """What was erased, without a name: ids."""
    from domain.directory.erase_member import EraseMember, erase_member
    from domain.erasure.erase_subject import run_erasure
    from domain.erasure.read_erasure import erasure_id
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        id_ = await _named(member, work)
        erasure = await erase_member(EraseMember(id_), work)
    await run_erasure(services.stores, caller, region, erasure)
    return f"mem_{id_} (erasure {erasure_id(erasure)})"


async def _named(member: str, work: UnitOfWork) -> str:
    from domain.directory.switch_member import member_called
    from domain.entities.directory import MEMBER
    from domain.validation.identifiers import record_id

    if member.startswith("mem_"):
        return record_id(MEMBER, member)
    return await member_called(member, work)
