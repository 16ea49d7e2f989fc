"""Sharing mutations: a single record, shared and taken back."""

from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.sentences import one_of
from api.graphql.records.shells import SERVED, record
from api.graphql.types.relay import Payload
from api.graphql.types.scalars import DateTime
from domain.entities.sharing import RECORD_SHARE, ShareReason
from domain.sharing.share_record import ShareRecord, UnshareRecord, share_record, unshare_record
from domain.validation.identifiers import record_id
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A record that is to be shared.")
class ShareRecordInput:
    record_id: strawberry.ID = strawberry.field(
        description=one_of(entity for entity in SERVED.all if entity.shareable)
    )
    grantee: str = strawberry.field(
        description="With whom: the id of a member, a partner account or a department, or `role:` and a"
        " role."
    )
    reason: ShareReason = strawberry.field(description="Why.")
    ends_at: DateTime = strawberry.field(
        description="When it ends by itself: within a year from now."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read, where it is shared with them already."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A share that is to be taken back.")
class UnshareRecordInput:
    id: strawberry.ID = strawberry.field(description="Which share.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `shareRecord` and `unshareRecord` answer.")
class RecordSharePayload(Payload):
    share: Any = record("record_share", "The share as it is now.")


@strawberry.type
class SharingMutation:
    @strawberry.field(
        graphql_type=RecordSharePayload,
        description="Shares a single record for a time; with the same grantee again, it changes the share.",
    )
    async def share_record(self, info: FarleyInfo, input: ShareRecordInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            share = ShareRecord(
                record=input.record_id,
                grantee=input.grantee,
                reason=str(input.reason.value),
                ends_at=input.ends_at,
                expected_version=input.expected_version,
            )
            return await share_record(share, work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "share", "record_share", command, mutation_id)

    @strawberry.field(
        graphql_type=RecordSharePayload,
        description="Takes a share back: from now on it counts no more.",
    )
    async def unshare_record(self, info: FarleyInfo, input: UnshareRecordInput) -> Any:
        async def command(work: UnitOfWork) -> str:
            unsharing = UnshareRecord(
                share_id=record_id(RECORD_SHARE, input.id),
                expected_version=input.expected_version,
            )
            return await unshare_record(unsharing, work)

        mutation_id = input.client_mutation_id
        return await finish.mutation(info, "share", "record_share", command, mutation_id)
