"""``farley take-in-again``: the end of a suppression, for somebody who comes back of their own will."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.default_actor import USAGE, acting
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.erasure.lift_suppression import LiftSuppression

_NAMES = {"given": "given_name", "family": "family_name", "organization": "organization_name"}
_POINTS = {"email": "EMAIL", "phone": "PHONE"}


def take_in_again(
    *,
    reason: Annotated[
        str,
        typer.Option(
            help="OWN_REQUEST, NEW_CONTRACT, ERASED_BY_MISTAKE or LEGAL; stands in the audit trail."
        ),
    ],
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who orders it; in the demo, compliance."),
    ] = None,
) -> None:
    """Let somebody be taken in again who was erased and comes back of their own will.

    Who it is is read from standard input, a line each: given: …, family: …, organization: …, country: …,
    email: …, phone: …, reference: SYSTEM ID. Nothing of it is printed or kept.
    """
    handle = acting(as_, "compliance")
    command = _command(sys.stdin.read(), reason)
    count = with_services(lambda services: _lift(services, command, handle))
    if not count:
        output.note(
            "Nothing was lifted: nothing of it keeps anybody out. Is it written as it will be?"
        )
        return
    output.note(
        f"Lifted: {count} keyed hashes. What was not named, such as an old address or a reference, goes on"
        " keeping them out."
    )


def _command(text: str, reason: str) -> LiftSuppression:
    from domain.erasure.lift_suppression import LiftReason, LiftSuppression

    try:
        why = LiftReason(reason.upper())
    except ValueError:
        output.fail(f"--reason is one of {', '.join(LiftReason)}.", USAGE)
    return LiftSuppression(_person(text), why)


def _person(text: str) -> dict[str, Any]:
    """The values of lines such as ``email: …``; what is wrong is told by its line's number."""
    values: dict[str, Any] = {"contact_points": [], "external_references": []}
    for number, line in enumerate(text.splitlines(), 1):
        name, _, value = (part.strip() for part in line.partition(":"))
        system, _, id_ = (part.strip() for part in value.partition(" "))
        if not line.strip():
            continue
        if name in _POINTS:
            point = {"kind": _POINTS[name], "value": value, "label": None}
            values["contact_points"].append({**point, "preferred": False, "verified": False})
        elif name == "reference" and id_:
            values["external_references"].append({"system": system, "id": id_})
        elif name in _NAMES or name == "country":
            values[_NAMES.get(name, name)] = value
        else:
            output.fail(f"Line {number} is not understood: see --help.", USAGE)
    return values


async def _lift(services: Services, command: LiftSuppression, handle: str) -> int:
    from domain.directory.principals import principal_named
    from domain.erasure.lift_suppression import keep_lifted, lift_suppression
    from domain.writing.unit_of_work import unit_of_work

    tenant = services.own_tenant
    principal = await principal_named(services.pool, tenant, handle)
    caller = await services.caller(principal, principal.purpose)
    region = await services.tenants.region(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        lifted = await lift_suppression(command, work)
    await keep_lifted(services.stores, tenant, lifted)
    return lifted.count
