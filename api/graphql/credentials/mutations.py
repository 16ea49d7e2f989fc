"""Mutations of API keys: made and revoked."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.types.relay import Payload
from api.graphql.types.scalars import DateTime
from domain.credentials.change_api_keys import (
    ID_PREFIX,
    CreateApiKey,
    RevokeApiKey,
    create_api_key,
    key_named,
    revoke_api_key,
)
from domain.credentials.holders import Holder
from domain.entities.directory import PARTNER_ACCOUNT
from domain.validation.identifiers import record_id
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import UnitOfWork


@strawberry.input(description="A new key of a partner account, or of a program.")
class CreateApiKeyInput:
    partner_account_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose: a partner's or supplier's account, …"
    )
    service: str | None = strawberry.field(default=None, description="… or a program, by its name.")
    roles: list[str] = strawberry.field(
        default_factory=list, description="What a program is; an account has its own."
    )
    scopes: list[str] = strawberry.field(
        description="What it may use of its holder's rights: `customer:read`, `*:read`,"
        " `interaction:*`; beside them `adhoc`, `introspection`, `act_for`, `metrics`."
    )
    purposes: list[str] = strawberry.field(
        description="What it may be used for; the first one where a request names none."
    )
    networks: list[str] = strawberry.field(
        default_factory=list, description="Where it may be used (CIDR); everywhere if empty."
    )
    expires_at: DateTime = strawberry.field(
        description="When it ends by itself, at most 366 days from now."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A key that is to open nothing any more.")
class RevokeApiKeyInput:
    id: strawberry.ID = strawberry.field(description="Which.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.type(description="What `createApiKey` answers.")
class CreateApiKeyPayload(Payload):
    id: strawberry.ID | None = strawberry.field(description="To revoke it by.")
    secret: str | None = strawberry.field(
        description="The key itself. It is shown this once: a repetition of the mutation has null."
    )


@strawberry.type(description="What `revokeApiKey` answers.")
class RevokeApiKeyPayload(Payload):
    id: strawberry.ID | None = strawberry.field(description="The key that was revoked.")


@strawberry.type
class ApiKeyMutation:
    @strawberry.field(
        graphql_type=CreateApiKeyPayload,
        description="Makes an API key. A holder has at most two at a time, so that one can take the"
        " other's place. No key or otherwise limited credential makes keys.",
    )
    async def create_api_key(self, info: FarleyInfo, input: CreateApiKeyInput) -> Any:
        async def command(work: UnitOfWork) -> Mapping[str, Any]:
            create = CreateApiKey(
                holder=_holder(input),
                scopes=tuple(input.scopes),
                purposes=tuple(input.purposes),
                expires_at=input.expires_at,
                roles=tuple(input.roles),
                networks=tuple(input.networks),
            )
            made = await create_api_key(
                create, work, info.context.services.api_keys.environment, input.client_mutation_id
            )
            return {"id": f"{ID_PREFIX}{made.id}", "secret": made.text}

        return await finish.plain_mutation(info, command, input.client_mutation_id)

    @strawberry.field(
        graphql_type=RevokeApiKeyPayload,
        description="Revokes an API key: within a second it opens nothing, in any process.",
    )
    async def revoke_api_key(self, info: FarleyInfo, input: RevokeApiKeyInput) -> Any:
        async def command(work: UnitOfWork) -> Mapping[str, Any]:
            revoked = await revoke_api_key(RevokeApiKey(key_named(input.id)), work)
            return {"id": f"{ID_PREFIX}{revoked}"}

        return await finish.plain_mutation(info, command, input.client_mutation_id)


def _holder(input: CreateApiKeyInput) -> Holder:
    if (input.partner_account_id is None) is (input.service is None):
        message = "name either a partner account or a program"
        raise InvalidInputError(message, ("partner_account_id",))
    if input.partner_account_id is None:
        return Holder(service=input.service)
    return Holder(record_id(PARTNER_ACCOUNT, input.partner_account_id, "partner_account_id"))
