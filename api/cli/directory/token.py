"""``farley token``: a signed access token, printed and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.durations import duration
from api.cli.terminal.run import with_connections
from policy.subjects.scopes import SCOPES
from privacy.purposes import PURPOSES

if TYPE_CHECKING:
    from api.runtime.connections import Connections


def token(
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NAME",
            help="sales, support, marketing, finance, compliance, admin, partner, supplier, or the"
            " handle of any other member or partner account.",
        ),
    ],
    purpose: Annotated[
        str | None, typer.Option(help=f"Instead of the usual one: {', '.join(PURPOSES)}.")
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"What the token may use beside: {', '.join(sorted(SCOPES))}."),
    ] = None,
    ttl: Annotated[str, typer.Option(help="How long it holds: 30m, 1h, 7d.")] = "1h",
) -> None:
    """Print a signed token for a member or a partner, and nothing else.

    For trying out and for scripts; in production an OpenID Connect issuer does this.
    """
    lasting = duration(ttl)
    if purpose is not None and purpose not in PURPOSES:
        output.fail(f"No purpose is called that; there are {', '.join(PURPOSES)}.", 2)
    scopes = frozenset(scope or ())
    if not scopes <= SCOPES:
        output.fail(f"No scope is called that; there are {', '.join(sorted(SCOPES))}.", 2)
    output.result(
        with_connections(lambda connected: issue(connected, as_, purpose, lasting, scopes))
    )


async def issue(
    connected: Connections,
    handle: str,
    purpose: str | None,
    ttl: timedelta,
    scopes: frozenset[str] = frozenset(),
) -> str:
    """A token for the principal of that handle; raises ``UnknownPrincipalError``."""
    from domain.directory.principals import principal_named

    principal = await principal_named(connected.pool, connected.own_tenant, handle)
    if not (purpose or principal.purpose):
        output.fail(
            f"Who is acted as has no usual purpose: name one with --purpose ({', '.join(PURPOSES)})."
        )
    acting = replace(principal, purpose=purpose or principal.purpose, scopes=scopes)
    return connected.signer.issue(acting, ttl)
