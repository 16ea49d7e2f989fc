"""Policy session, which the commands of ``farley policy`` share: who acts, and how a change is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from api.cli.terminal import output
from api.cli.terminal.operator import operator
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services
    from domain.access.caller import Caller
    from domain.policies.change_policy import Command
    from domain.writing.unit_of_work import UnitOfWork
    from policy.changes import Difference
    from policy.rules import RoleLink, Rule

Result = TypeVar("Result")


def change_id(text: str) -> str:
    from api.graphql.policy import shape

    return shape.change_id(text) or output.fail("No change has such an id.", 2)


def run_change(command: Command, as_: str | None) -> None:
    from domain.policies.change_policy import change_policy

    run_decision(lambda work: change_policy(command, work), as_)


def run_decision(deciding: Callable[[UnitOfWork], Awaitable[str]], as_: str | None) -> None:
    from api.graphql.policy import shape
    from domain.policies import read_policy, versions

    async def decided(work: UnitOfWork) -> tuple[versions.StoredChange, str, list[str]]:
        (made,) = await versions.changes(work, [await deciding(work)])
        stages = await read_policy.stage_names(work)
        warned = read_policy.warnings(work.registry, made.difference.added, stages)
        return made, made.status_at(work.stores.now()), warned

    made, status, warned = ask(decided, as_)
    for line in difference_lines(made.difference):
        output.note(line)
    for warning in warned:
        output.note(f"Note: {warning}.")
    name = f"{shape.PREFIX}{made.id}"
    if status == "PROPOSED":
        output.note(f"Another administrator approves it: farley policy approve {name} --as NAME")
    output.result(f"{name}  {status}" + (f"  version {made.version}" if made.version else ""))


def ask(asking: Callable[[UnitOfWork], Awaitable[Result]], as_: str | None = None) -> Result:
    from domain.writing.unit_of_work import unit_of_work

    async def run(services: Services) -> Result:
        caller, region = await acting_caller(services, as_)
        async with unit_of_work(services.stores, caller, region) as work:
            return await asking(work)

    return with_services(run)


async def acting_caller(services: Services, as_: str | None) -> tuple[Caller, str]:
    """A member of staff, or Farley itself: it may repair a policy that is valid no more."""
    from domain.access.caller import Caller
    from domain.directory.principals import principal_named
    from domain.policies.policy_check import repairing
    from policy.rules import InvalidPolicyError
    from privacy.purposes import purpose_named

    tenant = services.own_tenant
    region = await services.tenants.region(tenant)
    if as_ is not None:
        principal = await principal_named(services.pool, tenant, as_)
        return await services.caller(principal, principal.purpose), region
    principal = replace(services.service_principal(tenant), operator=operator())
    try:
        return await services.caller(principal, principal.purpose), region
    except InvalidPolicyError as error:
        output.note(f"No policy is in force: {error}.")
        declared = purpose_named(principal.purpose)
        return Caller(
            principal, declared, repairing(services.registry, tenant), services.registry
        ), region


def difference_lines(found: Difference) -> list[str]:
    return [
        *(f"- {rule_text(one)}" for one in found.removed),
        *(f"+ {rule_text(one)}" for one in found.added),
        *(f"- {link_text(one)}" for one in found.unlinked),
        *(f"+ {link_text(one)}" for one in found.linked),
    ]


def rule_text(rule: Rule) -> str:
    return f"{rule.id}:  {' '.join(rule.fields)}" if rule.fields else rule.id


def link_text(link: RoleLink) -> str:
    return f"{link.member} has {link.role}"
