"""``farley tenant``: the tenant's own settings, shown and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_services

if TYPE_CHECKING:
    from api.runtime.wiring import Services


def tenant(
    *,
    threshold: Annotated[
        int | None,
        typer.Option(
            "--aggregate-threshold",
            metavar="PEOPLE",
            min=1,
            help="Show groups of at least so many people to callers who see them masked.",
        ),
    ] = None,
    approval: Annotated[
        bool | None,
        typer.Option(
            "--policy-approval/--no-policy-approval",
            help="Let another administrator approve each change of the policy.",
        ),
    ] = None,
    impossible: Annotated[
        bool | None,
        typer.Option(
            "--keep-impossible-numbers/--refuse-impossible-numbers",
            help="Keep telephone numbers that cannot be dialled, as text that says so (isValid: false).",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON.")] = False,
) -> None:
    """Show the tenant's own settings, or change them."""
    people, approving, keeping = with_services(
        lambda services: _settings(services, threshold, approval=approval, impossible=impossible)
    )
    if json:
        output.result_json(
            {
                "aggregateThreshold": people,
                "policyApproval": approving,
                "keepImpossibleNumbers": keeping,
            }
        )
    else:
        output.result(f"aggregate threshold: {people}")
        output.result(f"impossible telephone numbers: {'kept as text' if keeping else 'refused'}")
        if approving:
            output.result("policy approval: another administrator approves each change")


async def _settings(
    services: Services, threshold: int | None, *, approval: bool | None, impossible: bool | None
) -> tuple[int, bool, bool]:
    from domain.customers.prepare import keeps_impossible_numbers
    from domain.policies.approval import policy_approval, set_policy_approval
    from domain.settings.change_tenant import (
        SetAggregateThreshold,
        aggregate_threshold,
        keep_impossible_numbers,
        set_aggregate_threshold,
    )
    from domain.writing.unit_of_work import unit_of_work

    caller, region = await services.acting(services.own_tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        if threshold is not None:
            await set_aggregate_threshold(SetAggregateThreshold(threshold), work)
        if approval is not None:
            await set_policy_approval(work, required=approval)
        if impossible is not None:
            await keep_impossible_numbers(work, kept=impossible)
        return (
            await aggregate_threshold(work),
            await policy_approval(work),
            await keeps_impossible_numbers(work),
        )
