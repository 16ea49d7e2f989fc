"""GraphQL types of the policy, as administrators read and change it."""

from enum import Enum

import strawberry

from api.graphql.types.relay import Payload
from api.graphql.types.scalars import DateTime


@strawberry.enum(description="What a rule does; a denial wins over every allowance.")
class PolicyEffect(Enum):
    ALLOW = strawberry.enum_value("ALLOW", description="It allows.")
    DENY = strawberry.enum_value("DENY", description="It denies.")


@strawberry.enum(description="Where a change of the policy stands.")
class PolicyChangeStatus(Enum):
    PROPOSED = strawberry.enum_value("PROPOSED", description="Another administrator decides.")
    APPLIED = strawberry.enum_value("APPLIED", description="It is in force, or was.")
    REJECTED = strawberry.enum_value("REJECTED", description="Another administrator refused it.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="Its author took it back.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Nobody decided in time.")


@strawberry.type(description="A rule of the policy.")
class PolicyRule:
    id: str = strawberry.field(description="What is said of it in explanations; unique.")
    subject: str = strawberry.field(description="A role, or a principal (`member:…`).")
    resource: str = strawberry.field(description="Which kind of record.")
    action: str = strawberry.field(description="What may be done.")
    purpose: str = strawberry.field(description="For which purpose; `*` is any.")
    condition: str = strawberry.field(description="With which records; empty is with all.")
    fields: list[str] = strawberry.field(
        description="Which fields; `name~` is masked. A denial without fields hides the record."
    )
    effect: PolicyEffect = strawberry.field(description="Whether it allows or denies.")


@strawberry.type(description="A role within another.")
class PolicyLink:
    member: str = strawberry.field(description="The role, or the principal, that has another role.")
    role: str = strawberry.field(description="The role that it has.")


@strawberry.type(description="What came and went between two versions of the policy.")
class PolicyDifference:
    added: list[PolicyRule] = strawberry.field(description="Rules that came.")
    removed: list[PolicyRule] = strawberry.field(description="Rules that went.")
    linked: list[PolicyLink] = strawberry.field(description="Links that came.")
    unlinked: list[PolicyLink] = strawberry.field(description="Links that went.")


@strawberry.type(description="A version of the policy.")
class PolicyVersion:
    version: int = strawberry.field(description="From 1, without gaps.")
    author: str = strawberry.field(description="Who made it.")
    reason: str = strawberry.field(description="Why.")
    created_at: DateTime = strawberry.field(description="When.")


@strawberry.type(description="What a version of the policy says.")
class Policy:
    version: int = strawberry.field(description="From 1, without gaps.")
    author: str = strawberry.field(description="Who made it.")
    reason: str = strawberry.field(description="Why.")
    created_at: DateTime = strawberry.field(description="When.")
    rules: list[PolicyRule] = strawberry.field(description="Its rules; their order means nothing.")
    links: list[PolicyLink] = strawberry.field(description="Which roles have which others.")


@strawberry.type(description="A change of the policy, made or proposed.")
class PolicyChange:
    id: strawberry.ID = strawberry.field(description="Names it for a decision.")
    status: PolicyChangeStatus = strawberry.field(description="Where it stands.")
    author: str = strawberry.field(description="Who made or proposed it.")
    reason: str = strawberry.field(description="Why.")
    base_version: int = strawberry.field(description="The version that it changes.")
    version: int | None = strawberry.field(description="The version that it made.")
    difference: PolicyDifference = strawberry.field(description="What comes and goes with it.")
    warnings: list[str] = strawberry.field(
        description="What an administrator should know of the rules that come."
    )
    created_at: DateTime = strawberry.field(description="When.")
    expires_at: DateTime | None = strawberry.field(
        description="Until when a proposal may be approved."
    )
    decided_by: str | None = strawberry.field(description="Who approved or refused it.")
    decided_at: DateTime | None = strawberry.field(description="When.")


@strawberry.type(description="What the changes of the policy answer.")
class PolicyChangePayload(Payload):
    change: PolicyChange | None = strawberry.field(description="The change as it stands now.")
