"""Queries that explain the policy: why, who, what if."""

from typing import Annotated, Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.explain.inputs import PolicyChangeInput
from api.graphql.explain.types import (
    Explanation,
    FieldSights,
    Simulation,
    effect_shown,
    explanation_shown,
    viewer_shown,
)
from api.graphql.planning import finish
from api.graphql.planning.names import snake
from api.graphql.viewer.access import RecordAction
from api.runtime.policy_questions import PolicyQuestions
from domain.declaration.registry import Registry
from domain.explaining.explain import Question
from domain.validation.identifiers import parse_id
from domain.values.errors import InvalidInputError
from policy.rules import Action

LISTED_MAX = 1_000

Who = Annotated[
    str,
    strawberry.argument(description="A handle, a name as rules have it (`member:…`), or an id."),
]
What = Annotated[RecordAction, strawberry.argument(description="What they would do.")]
WithWhat = Annotated[
    str | None,
    strawberry.argument(description="With what, as rules have it; not needed beside an id."),
]
WithWhich = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="With which record; of a new one, one that is like it."),
]
ForWhat = Annotated[
    str | None, strawberry.argument(description="For what; without it, for their own purpose.")
]
FieldName = Annotated[str, strawberry.argument(description="The field's name, as the type has it.")]
TheChange = Annotated[PolicyChangeInput, strawberry.argument(description="What would be changed.")]
Opened = Annotated[
    bool,
    strawberry.argument(description="Whether to say who sees it once they have opened the record."),
]
Limit = Annotated[int, strawberry.argument(description="How many are listed at most: up to 1,000.")]


@strawberry.type
class ExplainQuery:
    @strawberry.field(
        graphql_type=Explanation,
        description="Why a principal may or may not do something: for whoever administers the policy.",
    )
    async def explain(
        self,
        info: FarleyInfo,
        principal: Who,
        action: What,
        resource: WithWhat = None,
        id: WithWhich = None,
        purpose: ForWhat = None,
    ) -> Any:
        question = _question(info.context.caller.registry, action, resource, id)
        found = await _questions(info).explain(principal, question, purpose)
        shown = explanation_shown(found, question.action, question.resource)
        return await finish.object_(info, shown, {})

    @strawberry.field(
        graphql_type=FieldSights,
        description="Who may see a field of a record, and for which purposes: for whoever administers the"
        " policy.",
    )
    async def who_can_see(
        self,
        info: FarleyInfo,
        id: strawberry.ID,
        field: FieldName,
        limit: Limit = LISTED_MAX,
        *,
        opened: Opened = False,
    ) -> Any:
        resource, record = parse_id(info.context.caller.registry, id)
        found, asked = await _questions(info).who_can_see(
            resource, record, snake(field), opened=opened
        )
        shown = {
            "nodes": [viewer_shown(viewer) for viewer in found[: _listed(limit)]],
            "count": len(found),
            "complete": asked.complete,
            "policyVersion": info.context.caller.snapshot.version,
        }
        return await finish.object_(info, shown, {})

    @strawberry.field(
        graphql_type=Simulation,
        description="What a change of the policy would give and take, before it is made: for whoever"
        " administers the policy. Counted are the first 50,000 records of a type.",
    )
    async def simulate(self, info: FarleyInfo, change: TheChange, limit: Limit = LISTED_MAX) -> Any:
        found, asked = await _questions(info).simulate(change.change())
        shown = {
            "effects": [effect_shown(effect) for effect in found[: _listed(limit)]],
            "count": len(found),
            "complete": asked.complete,
            "policyVersion": info.context.caller.snapshot.version,
        }
        return await finish.object_(info, shown, {})


def _questions(info: FarleyInfo) -> PolicyQuestions:
    context = info.context
    return PolicyQuestions(context.services, context.caller, context.region)


def _question(
    registry: Registry, action: RecordAction, resource: str | None, id_: str | None
) -> Question:
    asked = Action(str(action.value).lower())
    if id_ is None:
        if resource is None:
            raise InvalidInputError("give a resource or an id", ("resource",))
        return Question(asked, resource)
    found, record = parse_id(registry, id_)
    if resource not in {None, found.name}:
        raise InvalidInputError("the id is of another resource", ("resource",))
    return Question(asked, found.name, record)


def _listed(limit: int) -> int:
    if not 0 <= limit <= LISTED_MAX:
        raise InvalidInputError(f"there may be {LISTED_MAX}", ("limit",))
    return limit
