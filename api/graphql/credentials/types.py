"""GraphQL types of API keys."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import strawberry

from api.graphql.types.scalars import DateTime
from domain.credentials.api_keys import ListedKey
from domain.credentials.change_api_keys import ID_PREFIX as PREFIX


@strawberry.type(description="A key of a partner account, a supplier's, or a program.")
class ApiKey:
    id: strawberry.ID = strawberry.field(description="To revoke it by.")
    partner_account: str | None = strawberry.field(
        description="The account's handle, if one has it."
    )
    service: str | None = strawberry.field(description="The program's name, if one has it.")
    roles: list[str] = strawberry.field(description="The roles of a program.")
    scopes: list[str] = strawberry.field(description="What of its holder's rights it may use.")
    purposes: list[str] = strawberry.field(
        description="For what; first where nothing else is said."
    )
    networks: list[str] = strawberry.field(description="Where it may be used; everywhere if empty.")
    created_by: str = strawberry.field(description="Who made it, as the audit trail names them.")
    created_at: DateTime = strawberry.field(description="When it was made.")
    expires_at: DateTime = strawberry.field(description="When it ends by itself.")
    last_used_at: DateTime | None = strawberry.field(
        description="When it was used last, to the minute."
    )
    revoked_at: DateTime | None = strawberry.field(description="When it was revoked.")


def shown(key: ListedKey) -> Mapping[str, Any]:
    """A key in the shape of the answer."""
    return {
        "id": f"{PREFIX}{key.id}",
        "partnerAccount": key.partner,
        "service": key.service,
        "roles": list(key.roles) if key.service else [],
        "scopes": list(key.scopes),
        "purposes": list(key.purposes),
        "networks": list(key.networks),
        "createdBy": key.created_by,
        "createdAt": _time(key.created_at),
        "expiresAt": _time(key.expires_at),
        "lastUsedAt": _time(key.last_used_at),
        "revokedAt": _time(key.revoked_at),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
