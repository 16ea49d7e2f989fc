"""Mutation of break-glass access: a record is opened with a reason."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import Node, Payload
from domain.break_glass.open_record import (
    BreakGlassReason,
    OpenRecord,
    Wanted,
    open_record,
    openable,
)
from domain.reading.plan.plan import Selection
from domain.reading.rows.record_code import Tree
from domain.values.errors import NotFoundError
from domain.writing.unit_of_work import UnitOfWork


@strawberry.enum(description="Why a record is opened.")
class OpenReason(Enum):
    CALL_BACK = strawberry.enum_value("CALL_BACK", description="The person is to be called.")
    IDENTITY_CHECK = strawberry.enum_value(
        "IDENTITY_CHECK", description="Whoever asks is to be recognised."
    )
    CONTRACT = strawberry.enum_value("CONTRACT", description="A contract is to be fulfilled.")
    COMPLAINT = strawberry.enum_value("COMPLAINT", description="A complaint is looked into.")
    LEGAL = strawberry.enum_value("LEGAL", description="A law or a court demands it.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.input(description="A record that is to be opened.")
class OpenRecordInput:
    id: strawberry.ID = strawberry.field(description="Which record about a person.")
    reason: OpenReason = strawberry.field(description="Why; stands in the audit trail.")
    client_mutation_id: str | None = strawberry.field(
        default=None, description="Given back; makes a repetition the same opening."
    )


@strawberry.type(description="What `openRecord` answers.")
class OpenRecordPayload(Payload):
    record: Node | None = strawberry.field(
        description="The record with what rules of `open` show of it besides; what hangs on it is shown"
        " as ever."
    )


@strawberry.type
class BreakGlassMutation:
    @strawberry.field(
        graphql_type=OpenRecordPayload,
        description="Shows of a single record what a rule of `open` allows beside those of `read`. Each"
        " opening is counted, and leaves who, whose, what and why in the audit trail.",
    )
    async def open_record(self, info: FarleyInfo, input: OpenRecordInput) -> Any:
        command = partial(_open, info, input)
        return await finish.break_glass(
            info, "record", _resource(info, input.id), command, input.client_mutation_id
        )


def _resource(info: FarleyInfo, text: str) -> str:
    """What the selection is about; of what cannot be opened nothing is shown, so any will do."""
    try:
        return openable(info.context.caller.registry, text)[0].name
    except NotFoundError:
        return "customer"


async def _open(
    info: FarleyInfo, input: OpenRecordInput, work: UnitOfWork, wanted: Wanted
) -> Mapping[Selection, Tree]:
    context = info.context
    command = OpenRecord(
        record=input.id,
        reason=BreakGlassReason(str(input.reason.value)),
        purpose=context.caller.purpose.name,
        fields=wanted.fields,
        key=input.client_mutation_id,
    )
    admit = partial(context.services.break_glass_limit.admit, context.caller.principal)
    return await open_record(command, wanted, context.reading, work, admit)
