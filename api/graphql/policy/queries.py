"""Queries of the policy: its rules, versions and proposals."""

from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.policy import shape
from api.graphql.policy.types import Policy, PolicyChange, PolicyDifference, PolicyVersion
from domain.policies import read_policy
from domain.writing.unit_of_work import unit_of_work

Which = Annotated[
    int | None, strawberry.argument(description="Which version; without it, the newest.")
]
First = Annotated[int, strawberry.argument(description="How many, from the newest: 0 to 100.")]
Below = Annotated[
    int | None, strawberry.argument(description="Begin behind this version, with the one before.")
]
Old = Annotated[int, strawberry.argument(name="from", description="The older version.")]
New = Annotated[int, strawberry.argument(name="to", description="The newer version.")]


@strawberry.type
class PolicyQuery:
    @strawberry.field(
        graphql_type=Policy,
        description="The rules, for whoever may read or administer `policy` for this purpose.",
    )
    async def policy(self, info: FarleyInfo, version: Which = None) -> Any:
        context = info.context
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            shown = await read_policy.policy_at(work, version)
        values = {
            **shape.version(shown.version),
            "rules": list(map(shape.rule, shown.policy.rules)),
            "links": list(map(shape.link, shown.policy.links)),
        }
        return await finish.object_(info, values, {})

    @strawberry.field(
        description="A version as the CSV that Casbin loads, and `importPolicy` takes."
    )
    async def policy_csv(self, info: FarleyInfo, version: Which = None) -> str:
        context = info.context
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            return await read_policy.exported(work, version)

    @strawberry.field(
        graphql_type=list[PolicyVersion], description="The versions of the policy, newest first."
    )
    async def policy_versions(
        self, info: FarleyInfo, first: First = 20, below: Below = None
    ) -> Any:
        context = info.context
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            found = await read_policy.history(work, below=below, first=first)
        return finish.objects(info, list(map(shape.version, found)))

    @strawberry.field(
        graphql_type=PolicyDifference, description="What came and went between two versions."
    )
    async def policy_difference(self, info: FarleyInfo, old: Old, new: New) -> Any:
        context = info.context
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            found = await read_policy.between(work, old, new)
        return await finish.object_(info, shape.difference(found), {})

    @strawberry.field(
        graphql_type=list[PolicyChange],
        description="Changes of the policy, made and proposed, newest first.",
    )
    async def policy_changes(self, info: FarleyInfo, first: First = 20) -> Any:
        context = info.context
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            found = await read_policy.changes_made(work, first=first)
            now, stages = work.stores.now(), await read_policy.stage_names(work)
        registry = context.caller.registry
        return finish.objects(info, [shape.change(registry, one, now, stages) for one in found])
