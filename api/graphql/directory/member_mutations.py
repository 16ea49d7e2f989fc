"""Member mutations: activated, deactivated, erased."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from api.graphql.erasure.types import Erasure, shown
from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.planning import finish
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.directory.erase_member import EraseMember, erase_member
from domain.directory.switch_member import SwitchMember, switch_member
from domain.entities.directory import MEMBER
from domain.erasure.read_erasure import Erasure as KnownPrincipal
from domain.erasure.read_erasure import read_erasure
from domain.validation.identifiers import record_id
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input
class ChangedMember:
    id: strawberry.ID = strawberry.field(description="Which member.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A member of staff who is to be let in no more.")
class DeactivateMemberInput(ChangedMember):
    pass


@strawberry.input(description="A member of staff who is to be let in again.")
class ActivateMemberInput(ChangedMember):
    pass


@strawberry.input(description="A member of staff who is to be erased.")
class EraseMemberInput(ChangedMember):
    pass


@strawberry.type(description="What becomes of a member of staff.")
class MemberPayload(Payload):
    member: Any = record("member", "The member as they are now.")


@strawberry.type(description="What `eraseMember` answers.")
class EraseMemberPayload(Payload):
    member: Any = record("member", "What is left: an id and a neutral handle.")
    erasure: Erasure | None = strawberry.field(description="What was accepted, and how far it is.")


@strawberry.type
class MemberMutation:
    @strawberry.field(
        graphql_type=MemberPayload,
        description="Shuts a member of staff out: within a second their tokens open nothing, in any"
        " process. Nobody does it to themselves, or to the last active administrator.",
    )
    async def deactivate_member(self, info: FarleyInfo, input: DeactivateMemberInput) -> Any:
        return await _switched(info, input, active=False)

    @strawberry.field(graphql_type=MemberPayload, description="Lets a member of staff in again.")
    async def activate_member(self, info: FarleyInfo, input: ActivateMemberInput) -> Any:
        return await _switched(info, input, active=True)

    @strawberry.field(
        graphql_type=EraseMemberPayload,
        description="Erases a member of staff for good (GDPR Art. 17): name, address, title and handle are"
        " gone with the answer, and the worker destroys their key. Records keep the id as their owner or"
        " author.",
    )
    async def erase_member(self, info: FarleyInfo, input: EraseMemberInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            id_ = record_id(MEMBER, input.id)
            erasure = await erase_member(EraseMember(id_, input.expected_version), work)
            known.append(await read_erasure(work, erasure))
            return id_

        async def accepted() -> dict[str, Any]:
            return {"erasure": await shown(info, known[0])}

        known: list[KnownPrincipal] = []
        return await _answered(info, command, input.client_mutation_id, then=accepted)


async def _switched(info: FarleyInfo, input: ChangedMember, *, active: bool) -> Finished:
    async def command(work: UnitOfWork) -> str:
        switch = SwitchMember(record_id(MEMBER, input.id), active, input.expected_version)
        return await switch_member(switch, work)

    return await _answered(info, command, input.client_mutation_id)


async def _answered(
    info: FarleyInfo,
    command: finish.Command,
    mutation_id: str | None,
    *,
    then: Callable[[], Awaitable[dict[str, Any]]] | None = None,
) -> Finished:
    return await finish.mutation(info, MEMBER.name, MEMBER.name, command, mutation_id, then=then)
