"""``farley partner``: accounts of partners and suppliers, added, listed and switched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.listing import Json, list_entries
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.directory.partner_accounts import AddPartnerAccount

partners = typer.Typer(help="Accounts of partners and suppliers.", no_args_is_help=True)

Handle = Annotated[str, typer.Argument(help="The name to sign in with.")]


@partners.command()
def add(
    handle: Handle,
    name: Annotated[str, typer.Argument(help="As people say it.")],
    *,
    kind: Annotated[str, typer.Option(help="PARTNER or SUPPLIER")] = "PARTNER",
    customer: Annotated[
        str | None, typer.Option(help="A supplier's own organisation: cus_…")
    ] = None,
) -> None:
    """Add an account, and print its id. A key (`farley key create --partner HANDLE`) lets it in."""
    from domain.directory.partner_accounts import AddPartnerAccount
    from domain.entities.customers import CUSTOMER
    from domain.validation.identifiers import record_id

    organisation = None if customer is None else record_id(CUSTOMER, customer, "customer_id")
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
    from domain.directory.directory_listing import listed_accounts

    list_entries(listed_accounts, json=json)


async def _add(services: Services, command: AddPartnerAccount) -> str:
    from domain.directory.partner_accounts import add_partner_account
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        return await add_partner_account(command, work)


async def _switch(services: Services, handle: str, *, active: bool) -> None:
    from domain.directory.partner_accounts import (
        SwitchPartnerAccount,
        account_called,
        switch_partner_account,
    )
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        id_ = await account_called(handle, work)
        await switch_partner_account(SwitchPartnerAccount(id_, active), work)
