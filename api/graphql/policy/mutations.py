"""Mutations of the policy: changed, imported, restored, approved."""

from collections.abc import Mapping
from typing import Any, Protocol

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.planning import finish
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
from domain.policies import read_policy, versions
from domain.policies.change_policy import ChangePolicy, ImportPolicy, RestorePolicy, change_policy
from domain.policies.decide_change import (
    ApprovePolicyChange,
    RejectPolicyChange,
    approve_policy_change,
    reject_policy_change,
)
from domain.values.refusals import absent
from domain.writing.unit_of_work import UnitOfWork


@strawberry.type
class PolicyMutation:
    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Changes rules and links of the policy: a new version, or a proposal where the"
        " tenant asks for two people. An invalid change, and one that would lock every administrator"
        " out, is refused as a whole.",
    )
    async def change_policy(self, info: FarleyInfo, input: ChangePolicyInput) -> Any:
        return await _changed(info, input, lambda work: change_policy(_change(input), work))

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Makes the policy that of a CSV file in Casbin's form; one bad line refuses the file.",
    )
    async def import_policy(self, info: FarleyInfo, input: ImportPolicyInput) -> Any:
        return await _changed(info, input, lambda work: change_policy(_import(input), work))

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Makes the policy that of an earlier version, as a new version.",
    )
    async def restore_policy(self, info: FarleyInfo, input: RestorePolicyInput) -> Any:
        return await _changed(info, input, lambda work: change_policy(_restore(input), work))

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Puts a proposed change into force, as another member of staff than its author.",
    )
    async def approve_policy_change(self, info: FarleyInfo, input: ApprovePolicyChangeInput) -> Any:
        return await _changed(
            info,
            input,
            lambda work: approve_policy_change(ApprovePolicyChange(_id(input.change_id)), work),
        )

    @strawberry.field(
        graphql_type=PolicyChangePayload,
        description="Closes a proposed change: rejects it, or, as its author, takes it back.",
    )
    async def reject_policy_change(self, info: FarleyInfo, input: RejectPolicyChangeInput) -> Any:
        return await _changed(
            info,
            input,
            lambda work: reject_policy_change(RejectPolicyChange(_id(input.change_id)), work),
        )


def _change(input: ChangePolicyInput) -> ChangePolicy:
    return ChangePolicy(
        change=change(input),
        reason=input.reason,
        expected_version=input.expected_version,
        new_roles=tuple(input.new_roles),
        key=input.client_mutation_id,
    )


def _import(input: ImportPolicyInput) -> ImportPolicy:
    return ImportPolicy(
        csv=input.csv,
        reason=input.reason,
        expected_version=input.expected_version,
        new_roles=tuple(input.new_roles),
        key=input.client_mutation_id,
    )


def _restore(input: RestorePolicyInput) -> RestorePolicy:
    return RestorePolicy(
        version=input.version,
        reason=input.reason,
        expected_version=input.expected_version,
        key=input.client_mutation_id,
    )


def _id(text: str) -> str:
    id_ = shape.change_id(text)
    if id_ is None:
        raise absent("change", "changeId")
    return id_


class _Input(Protocol):
    client_mutation_id: str | None


async def _changed(info: FarleyInfo, input: _Input, command: finish.Command) -> Finished:
    """What became of the policy; the next request asks for the newest one."""

    async def shown(work: UnitOfWork) -> Mapping[str, Any]:
        (made,) = await versions.changes(work, [await command(work)])
        stages = await read_policy.stage_names(work)
        return {"change": shape.change(work.registry, made, work.stores.now(), stages)}

    answer = await finish.plain_mutation(info, shown, input.client_mutation_id)
    context = info.context
    context.services.policies.expire(context.caller.principal.tenant_id)
    return answer
