"""``farley key``: API keys, made, listed and revoked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.durations import duration
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.credentials.api_keys import ListedKey
    from domain.credentials.change_api_keys import NewApiKey
    from domain.credentials.holders import Holder
    from policy.compiler import Snapshot

key = typer.Typer(help="API keys of partners, suppliers and programs.", no_args_is_help=True)


@key.command()
def create(
    *,
    scope: Annotated[
        list[str], typer.Option(help="What it may use: `customer:read`, `*:read`, `interaction:*`.")
    ],
    purpose: Annotated[
        list[str], typer.Option(help="What for; the first where a request names none.")
    ],
    partner: Annotated[
        str | None, typer.Option(metavar="HANDLE", help="The partner's or supplier's account.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="Or a program, with its roles.")
    ] = None,
    role: Annotated[list[str] | None, typer.Option(help="A program's role.")] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="Where it may be used; else everywhere."),
    ] = None,
    expires: Annotated[str, typer.Option(help="When it ends by itself: 12h, 90d.")] = "90d",
) -> None:
    """Make a key and print it, this once."""
    from domain.credentials.change_api_keys import ID_PREFIX, LIFE_MAX, CreateApiKey, create_api_key
    from domain.values import clock
    from domain.writing.unit_of_work import unit_of_work

    if (partner is None) is (service is None):
        output.fail("Name either a partner account or a program.", 2)
    lasting = duration(expires, LIFE_MAX.days)

    async def make(services: Services) -> NewApiKey:
        command = CreateApiKey(
            holder=await _holder(services, partner, service),
            scopes=tuple(scope),
            purposes=tuple(purpose),
            expires_at=clock.now() + lasting,
            roles=tuple(role or ()),
            networks=tuple(network or ()),
        )
        caller, region = await services.acting(services.own_tenant)
        async with unit_of_work(services.stores, caller, region) as work:
            created = await create_api_key(command, work, services.settings.environment)
        for name in without_rules(caller.snapshot, command.roles):
            output.note(f"Note: no rule names the role {name!r}: it allows nothing yet.")
        return created

    made = with_services(make)
    output.note(f"The key {ID_PREFIX}{made.id}; it is shown this once:")
    output.result(made.text or "")


@key.command("list")
def list_(
    *, json: Annotated[bool, typer.Option("--json", help="Print the keys as JSON.")] = False
) -> None:
    """Print all keys, without what opens them."""
    from domain.credentials.change_api_keys import ID_PREFIX

    keys = with_services(_all)
    if json:
        output.result_json([asdict(one) for one in keys])
        return
    for one in keys:
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}"
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        holder = one.partner or f"service {one.service}"
        output.result(
            f"{ID_PREFIX}{one.id}  {holder}  {' '.join(one.scopes)}  {state}  used: {used}"
        )


@key.command()
def revoke(id_: Annotated[str, typer.Argument(metavar="ID", help="As it is listed.")]) -> None:
    """Let a key open nothing any more."""
    with_services(lambda services: _revoke(services, id_))


def without_rules(snapshot: Snapshot, roles: Iterable[str]) -> list[str]:
    """The roles of which no rule speaks, not by what they have of others either."""
    named = {rule.subject for rule in snapshot.rules}
    return sorted(role for role in set(roles) if named.isdisjoint(snapshot.subjects([role])))


async def _holder(services: Services, partner: str | None, service: str | None) -> Holder:
    from domain.credentials.holders import Holder
    from domain.directory.principals import principal_named

    if partner is None:
        return Holder(service=service)
    principal = await principal_named(services.pool, services.own_tenant, partner)
    if principal.partner_account_id is None:
        output.fail("That is a member of staff: keys are for partners, suppliers and programs.")
    return Holder(principal.partner_account_id)


async def _all(services: Services) -> list[ListedKey]:
    caller, _ = await services.acting(services.own_tenant)
    return await services.api_keys.administered(caller)


async def _revoke(services: Services, id_: str) -> None:
    from domain.credentials.change_api_keys import RevokeApiKey, key_named, revoke_api_key
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        await revoke_api_key(RevokeApiKey(key_named(id_)), work)
