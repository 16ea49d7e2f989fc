"""GraphQL types of erasures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.policy.shape import moment
from api.graphql.types.scalars import DateTime
from domain.erasure.read_erasure import Erasure as KnownPrincipal
from domain.erasure.read_erasure import erasure_id


@strawberry.enum(description="How far an erasure is.")
class ErasureState(Enum):
    REQUESTED = strawberry.enum_value(
        "REQUESTED",
        description="Accepted: nobody reads of the person any more, nothing is written for them, and they"
        " are not taken in again. The rest is the worker's.",
    )
    SUPPRESSED = strawberry.enum_value(
        "SUPPRESSED",
        description="The vault keeps them out too; what others' records say of them is being redacted.",
    )
    KEY_DESTROYED = strawberry.enum_value(
        "KEY_DESTROYED", description="Their key is destroyed, in the vault and in every process."
    )
    COMPLETED = strawberry.enum_value("COMPLETED", description="Nothing is left to do.")


@strawberry.type(description="How often something of the person was redacted.")
class ErasureMentionCount:
    type: str = strawberry.field(
        description="NAME, EMAIL, PHONE, REFERENCE, SOCIAL, NATIONAL_ID, ADDRESS or PARTICIPANT."
    )
    count: int = strawberry.field(description="How often.")


@strawberry.type(description="What was found of an erased person in the records of others.")
class ErasureMentions:
    count: int = strawberry.field(description="How many mentions were redacted, in all.")
    by_type: list[ErasureMentionCount] = strawberry.field(description="The same by what they were.")
    records: int = strawberry.field(description="In how many records.")
    ambiguous: list[strawberry.ID] = strawberry.field(
        description="Records that may speak of the person or of somebody else of that name, or with that"
        " address: left as they are. Those that the caller may see."
    )
    is_complete: bool = strawberry.field(
        description="Whether all texts were looked through. Never after a backup was restored for which the"
        " key was gone already, nor where records do not open: `ambiguous` names these too."
    )


@strawberry.type(description="The erasure of a person, and how far it is.")
class Erasure:
    id: strawberry.ID = strawberry.field(description="Opaque; `erasure(id:)` finds it again.")
    state: ErasureState = strawberry.field(description="How far it is.")
    requested_at: DateTime = strawberry.field(description="When it was accepted.")
    requested_by: str = strawberry.field(
        description="Who requested it, as the audit trail names them."
    )
    completed_at: DateTime | None = strawberry.field(description="When nothing was left to do.")
    waiting_seconds: int | None = strawberry.field(
        description="How long it has been waiting for its end; null when it is completed. Minutes without"
        " a change of state tell that no worker runs."
    )
    mentions: ErasureMentions = strawberry.field(description="What others' records said.")
    registrations: list[strawberry.ID] = strawberry.field(
        description="Registered deals of partners that name the person as somebody else: to be erased by"
        " `eraseSubject(input: {dealRegistrationId: …})`. Those that the caller may see."
    )


async def shown(info: FarleyInfo, known: KnownPrincipal) -> Mapping[str, Any]:
    """An erasure as the answer shows it."""
    found = known.mentions
    waiting = datetime.now(UTC) - known.requested_at
    return {
        "id": erasure_id(known.id),
        "state": known.state,
        "requestedAt": moment(known.requested_at),
        "requestedBy": known.requested_by,
        "completedAt": moment(known.completed_at),
        "waitingSeconds": None if known.completed_at else max(0, int(waiting.total_seconds())),
        "mentions": {
            "count": sum(found.by_type.values()),
            "byType": [{"type": one, "count": n} for one, n in sorted(found.by_type.items())],
            "records": found.records,
            "ambiguous": await finish.visible_ids(info, found.ambiguous),
            "isComplete": found.is_complete,
        },
        "registrations": await finish.visible_ids(info, found.registrations),
    }
