from typing import Annotated

import typer

from api.cli import output
from api.cli.listing import Json, list_entries
from api.cli.run import with_services
from api.wiring import Services
from domain.directory.listed import listed_accounts
from domain.directory.partner_accounts import (
    KINDS,
    AddPartnerAccount,
    SwitchPartnerAccount,
    account_called,
    add_partner_account,
    switch_partner_account,
)
from domain.persistence.unit_of_work import unit_of_work
from domain.reading.identifiers import record_id

partners = typer.Typer(help="Accounts of partners and suppliers.", no_args_is_help=True)

Handle = Annotated[str, typer.Argument(help="The name to sign in with.")]


@partners.command()
def add(
    handle: Handle,
    name: Annotated[str, typer.Argument(help="As people say it.")],
    *,
    kind: Annotated[str, typer.Option(help=" or ".join(sorted(KINDS)))] = "PARTNER",
    customer: Annotated[
        str | None, typer.Option(help="A supplier's own organisation: cus_…")
    ] = None,
) -> None:
    """Add an account, and print its id. A key (`farley key create --partner HANDLE`) lets it in."""
    organisation = customer and record_id("customer", customer, "customer_id")
    command = AddPartnerAccount(kind.upper(), handle, name, organisation)
    output.result(f"par_{with_services(lambda services: _add(services, command))}")


@partners.command()
def deactivate(handle: Handle) -> None:
    """Shut an account: within a second its keys and tokens open nothing."""
    with_services(lambda services: _switch(services, handle, active=False))


@partners.command()
def activate(handle: Handle) -> None:
    """Open an account again, for those of its keys that still hold."""
    with_services(lambda services: _switch(services, handle, active=True))


@partners.command("list")
def list_(*, json: Json = False) -> None:
    """Print the accounts: id, handle, kind and name, and which are shut."""
    list_entries(listed_accounts, json=json)


async def _add(services: Services, command: AddPartnerAccount) -> str:
    caller, region = await services.acting(await services.provision())
    async with unit_of_work(services.stores, caller, region) as work:
        return await add_partner_account(command, work)


async def _switch(services: Services, handle: str, *, active: bool) -> None:
    caller, region = await services.acting(await services.provision())
    async with unit_of_work(services.stores, caller, region) as work:
        id_ = await account_called(handle, work)
        await switch_partner_account(SwitchPartnerAccount(id_, active), work)
