"""``farley erase``: erasure of people, asked for once more before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import output
from api.cli.terminal.default_actor import acting
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.erasure.read_erasure import Erasure
    from domain.writing.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a command names: by a customer, or by a registered deal."""

    named: str
    id: str
    is_prospect: bool

    async def request(self, work: UnitOfWork) -> str:
        """The erasure's id."""
        from domain.erasure.erase_subject import EraseSubject, request_erasure
        from domain.partners.erase_prospect import EraseProspect, request_prospect_erasure

        if self.is_prospect:
            return await request_prospect_erasure(EraseProspect(self.id), work)
        return await request_erasure(EraseSubject(self.id), work)


def erase(
    people: Annotated[
        list[str],
        typer.Argument(
            help="The customers' ids, such as cus_0190…; dea_…, the id of a registered deal, for"
            " somebody who is no customer."
        ),
    ],
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who orders it; in the demo, compliance."),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="Go on to the end, or leave that to the worker."),
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Erase people: destroy their keys, remove every index and derivative, redact what others' records say
    of them, keep them out.

    This cannot be undone (GDPR Art. 17).
    """
    known = [_person(one) for one in dict.fromkeys(people)]
    handle = acting(as_, "compliance")
    who = "this person" if len(known) == 1 else f"these {len(known)} people"
    question = f"This cannot be undone. Erase {who}? (--yes does not ask)"
    if not yes and not typer.confirm(question, err=True):
        raise typer.Exit(1)
    erasures = with_services(lambda services: _erase(services, known, handle, wait=wait))
    if json:
        shown = [_json(*one) for one in zip(known, erasures, strict=True)]
        output.result_json(shown[0] if len(shown) == 1 else {"erasures": shown})
        return
    for person, erasure in zip(known, erasures, strict=True):
        for line in _lines(person, erasure):
            output.note(line)


def _person(named: str) -> Person:
    from domain.entities.customers import CUSTOMER
    from domain.entities.partners import DEAL_REGISTRATION
    from domain.validation.identifiers import record_id

    is_prospect = named.startswith(f"{DEAL_REGISTRATION.prefix}_")
    id_ = record_id(DEAL_REGISTRATION if is_prospect else CUSTOMER, named)
    return Person(named, id_, is_prospect)


async def _erase(
    services: Services, people: Sequence[Person], handle: str, *, wait: bool
) -> list[Erasure]:
    """All are requested before the first is worked on: who may not, or is not there, ends it before."""
    from domain.directory.principals import principal_named
    from domain.erasure.erase_subject import run_erasures
    from domain.erasure.read_erasure import read_erasure
    from domain.writing.unit_of_work import unit_of_work

    tenant = services.own_tenant
    principal = await principal_named(services.pool, tenant, handle)
    caller = await services.caller(principal, principal.purpose)
    region = await services.tenants.region(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        ids = [await person.request(work) for person in people]
    if wait:
        await run_erasures(services.stores, caller, region, ids)
    async with unit_of_work(services.stores, caller, region) as work:
        return [await read_erasure(work, id_) for id_ in ids]


def _json(person: Person, erasure: Erasure) -> dict[str, Any]:
    from domain.erasure.read_erasure import erasure_id

    found = erasure.mentions
    return {
        "dealRegistration" if person.is_prospect else "customer": person.named,
        "erasure": erasure_id(erasure.id),
        "state": erasure.state,
        "mentions": {
            "count": sum(found.by_type.values()),
            "byType": dict(found.by_type),
            "records": found.records,
            "ambiguous": _named(found.ambiguous),
            "isComplete": found.is_complete,
        },
        "registrations": _named(found.registrations),
    }


def _lines(person: Person, erasure: Erasure) -> list[str]:
    from domain.erasure.read_erasure import erasure_id

    shown, found = erasure_id(erasure.id), erasure.mentions
    if erasure.state != "COMPLETED":
        return [f"Accepted: {person.named} (erasure {shown}, {erasure.state}); the worker goes on."]
    lines = [f"Erased: {person.named} (erasure {shown})."]
    if found.by_type:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(found.by_type.items()))
        lines.append(f"  Redacted in {found.records} records of others: {counted}.")
    if found.ambiguous:
        lines.append(f"  Left, may mean somebody else: {', '.join(_named(found.ambiguous))}")
    if found.registrations:
        lines.append(
            f"  Registered deals name them: farley erase {' '.join(_named(found.registrations))}"
        )
    if not found.is_complete:
        lines.append(
            "  Not all records of others could be read: a key was gone, or they do not open."
        )
    return lines


def _named(records: Sequence[tuple[str, str]]) -> list[str]:
    from domain.entities.registry import BUILT_IN

    return [f"{BUILT_IN.by_name[resource].prefix}_{id_}" for resource, id_ in records]
