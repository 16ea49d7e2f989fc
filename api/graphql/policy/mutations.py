from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from api.graphql import finish
from api.graphql.context import FarleyInfo
from api.graphql.policy import shape
from api.graphql.policy.inputs import (
    ApprovePolicyChangeInput,
    ChangePolicyInput,
    ImportPolicyInput,
    RejectPolicyChangeInput,
    RestorePolicyInput,
    change,
)
from api.graphql.policy.types import PolicyChangePayload
from domain.errors import FarleyError, NotFoundError
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.policies import read_policy, stored
from domain.policies.change_policy import ChangePolicy, ImportPolicy, RestorePolicy, change_policy
from domain.policies.decide_change import (
    ApprovePolicyChange,
    RejectPolicyChange,
    approve_policy_change,
    reject_policy_change,
)


@strawberry.type
class PolicyMutation:
    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Changes rules and links of the policy: a new version, or a proposal where the"
        " tenant asks for two people. An invalid change, and one that would lock every administrator"
        " out, is refused as a whole.",
    )
    async def change_policy(self, info: FarleyInfo, input: ChangePolicyInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            wanted = ChangePolicy(
                change=change(input),
                reason=input.reason,
                expected_version=input.expected_version,
                new_roles=tuple(input.new_roles),
                key=input.client_mutation_id,
            )
            return await change_policy(wanted, work)

        return await _changed(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Makes the policy that of a CSV file in Casbin's form; one bad line refuses the file.",
    )
    async def import_policy(self, info: FarleyInfo, input: ImportPolicyInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            wanted = ImportPolicy(
                csv=input.csv,
                reason=input.reason,
                expected_version=input.expected_version,
                new_roles=tuple(input.new_roles),
                key=input.client_mutation_id,
            )
            return await change_policy(wanted, work)

        return await _changed(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Makes the policy that of an earlier version, as a new version.",
    )
    async def restore_policy(self, info: FarleyInfo, input: RestorePolicyInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            wanted = RestorePolicy(
                version=input.version,
                reason=input.reason,
                expected_version=input.expected_version,
                key=input.client_mutation_id,
            )
            return await change_policy(wanted, work)

        return await _changed(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Puts a proposed change into force, as another member of staff than its author.",
    )
    async def approve_policy_change(self, info: FarleyInfo, input: ApprovePolicyChangeInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await approve_policy_change(ApprovePolicyChange(_id(input.change_id)), work)

        return await _changed(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Closes a proposed change: rejects it, or, as its author, takes it back.",
    )
    async def reject_policy_change(self, info: FarleyInfo, input: RejectPolicyChangeInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            return await reject_policy_change(RejectPolicyChange(_id(input.change_id)), work)

        return await _changed(info, command, input.client_mutation_id)


def _id(text: str) -> str:
    id_ = shape.change_id(text)
    if id_ is None:
        raise NotFoundError("there is no such change", ("changeId",))
    return id_


async def _changed(
    info: FarleyInfo, command: Callable[[UnitOfWork], Awaitable[str]], mutation_id: str | None
) -> Any:
    context = info.context
    payload: dict[str, Any] = {"clientMutationId": mutation_id, "userErrors": [], "change": None}
    try:
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            (made,) = await stored.changes(work, [await command(work)])
            stages = await read_policy.stage_names(work)
            payload["change"] = shape.change(made, work.stores.now(), stages)
        context.services.policies.expire(context.caller.principal.tenant_id)
    except FarleyError as error:
        payload["userErrors"] = finish.user_errors(error)
    return await finish.object_(info, payload, {})
