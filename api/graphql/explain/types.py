"""GraphQL types of explanations, and how they are shown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from api.graphql.policy.types import PolicyEffect
from api.graphql.types.relay import RedactionReason
from api.graphql.viewer.access import FieldLevel, RecordAction
from domain.declaration.names import camel
from domain.directory.everyone import KnownPrincipal
from domain.explaining.explain import Explanation as Explained
from domain.explaining.simulate import PrincipalEffect as Simulated
from domain.explaining.who_can_see import FieldViewer as Seen


@strawberry.enum(description="Whether something may be done.")
class PolicyDecision(Enum):
    ALLOWED = strawberry.enum_value("ALLOWED", description="With everything that it is about.")
    PARTLY = strawberry.enum_value(
        "PARTLY", description="With some records, or with some fields of the record."
    )
    DENIED = strawberry.enum_value("DENIED", description="Not at all.")


@strawberry.type(description="Somebody of whom the policy speaks.")
class PolicyPrincipal:
    name: str = strawberry.field(description="As rules have it: `member:…`.")
    handle: str = strawberry.field(description="As people have it.")


@strawberry.type(description="A rule behind a decision.")
class ExplainedRule:
    id: str = strawberry.field(description="The rule, readable.")
    effect: PolicyEffect = strawberry.field(description="What it does where it holds.")
    role_path: list[str] = strawberry.field(
        description="From a name or a role of the principal over links to the rule's subject."
    )
    condition: str = strawberry.field(description="Where it holds; empty for everywhere.")
    fields: list[str] = strawberry.field(
        description="The fields that it shows or lets be written, or hides; as rules have them."
    )
    masked: list[str] = strawberry.field(description="The fields that it shows masked.")
    holds: bool | None = strawberry.field(
        description="Whether it holds; null where that depends on a record and none was named."
    )


@strawberry.type(description="A condition of the rules.")
class ExplainedCondition:
    name: str = strawberry.field(description="As rules have it.")
    holds: bool = strawberry.field(description="Whether it holds for the record.")


@strawberry.type(description="What may be done with a field.")
class ExplainedField:
    name: str = strawberry.field(description="The field's name.")
    access: FieldLevel = strawberry.field(description="How it is shown.")
    reason: RedactionReason | None = strawberry.field(
        description="Why it is not shown as it is, where that is known."
    )
    writable: bool = strawberry.field(
        description="Whether it may be written; without a record, in some record."
    )
    rules: list[str] = strawberry.field(description="The ids of the rules that speak of it.")


@strawberry.type(description="The person's consent, as far as the purpose asks for it.")
class ExplainedConsent:
    needed: bool = strawberry.field(description="Whether the purpose rests on consent.")
    in_force: bool | None = strawberry.field(
        description="Whether it is in force; null where it is not needed or no record was named."
    )


@strawberry.type(
    description="Why a principal may or may not do something. It holds truths about the record, and none of"
    " its values."
)
class Explanation:
    decision: PolicyDecision = strawberry.field(description="Whether it may be done.")
    principal: PolicyPrincipal = strawberry.field(description="Who.")
    action: RecordAction = strawberry.field(description="What.")
    resource: str = strawberry.field(description="With what; as rules have it.")
    purpose: str = strawberry.field(description="For what.")
    policy_version: int = strawberry.field(description="The version of the policy.")
    roles: list[str] = strawberry.field(description="Their name and all roles that they have.")
    rules: list[ExplainedRule] = strawberry.field(description="All that apply to them.")
    conditions: list[ExplainedCondition] = strawberry.field(
        description="What the rules depend on; empty where no record was named."
    )
    readable: bool | None = strawberry.field(
        description="Whether the record is shown to them, without which it can be neither changed nor"
        " erased; null where none was named."
    )
    consent: ExplainedConsent = strawberry.field(description="The person's consent.")
    fields: list[ExplainedField] = strawberry.field(description="Field by field.")


@strawberry.type(description="Somebody who may see a field, for one purpose.")
class FieldSight:
    principal: PolicyPrincipal = strawberry.field(description="Who.")
    kind: str = strawberry.field(description="member, partner or supplier.")
    purpose: str = strawberry.field(description="For what.")
    access: FieldLevel = strawberry.field(
        description="OPEN or MASKED; CONDITIONAL where that differs between its parts."
    )
    rules: list[str] = strawberry.field(
        description="The rules that speak of the field, whether or not each holds for the record."
    )


@strawberry.type(description="Who may see a field of a record.")
class FieldSights:
    nodes: list[FieldSight] = strawberry.field(description="By principal and purpose.")
    count: int = strawberry.field(description="How many there are in all.")
    complete: bool = strawberry.field(description="Whether all active principals were asked for.")
    policy_version: int = strawberry.field(description="The version of the policy.")


@strawberry.type(description="What a change does to a field.")
class SimulatedField:
    name: str = strawberry.field(description="The field's name.")
    before: FieldLevel = strawberry.field(
        description="How far it is shown, or may be written, now."
    )
    after: FieldLevel = strawberry.field(description="How far after the change.")
    records_gained: int = strawberry.field(description="In how many records more of it.")
    records_lost: int = strawberry.field(description="In how many records less of it.")


@strawberry.type(description="What a change gives to principals who are alike in it, and takes.")
class SimulatedEffect:
    principals: list[PolicyPrincipal] = strawberry.field(description="Up to 100 of them.")
    principal_count: int = strawberry.field(description="How many they are.")
    action: RecordAction = strawberry.field(description="What may be done.")
    resource: str = strawberry.field(description="With what; as rules have it.")
    purpose: str = strawberry.field(description="For what.")
    allowed_before: bool = strawberry.field(description="Whether it is allowed anywhere now.")
    allowed_after: bool = strawberry.field(description="Whether it is after the change.")
    records_gained: int = strawberry.field(description="How many records it would open to each.")
    records_lost: int = strawberry.field(description="How many it would close.")
    fields: list[SimulatedField] = strawberry.field(
        description="The fields of which more or less may be seen or written."
    )


@strawberry.type(description="What a change of the policy would do.")
class Simulation:
    policy_version: int = strawberry.field(description="The version that would be changed.")
    effects: list[SimulatedEffect] = strawberry.field(description="Those asked for.")
    count: int = strawberry.field(description="How many there are in all.")
    complete: bool = strawberry.field(description="Whether all active principals were asked for.")


Shown = Mapping[str, Any]
PRINCIPALS_SHOWN = 100


def explanation_shown(found: Explained, action: str, resource: str) -> Shown:
    """An explanation as the answer has it."""
    return {
        "decision": found.decision.value,
        "principal": {"name": found.name, "handle": found.handle},
        "action": action.upper(),
        "resource": resource,
        "purpose": found.purpose,
        "policyVersion": found.policy_version,
        "roles": list(found.roles),
        "rules": [
            {
                "id": rule.rule,
                "effect": rule.effect.upper(),
                "rolePath": list(rule.path),
                "condition": rule.condition,
                "fields": list(rule.fields),
                "masked": list(rule.masked),
                "holds": rule.holds,
            }
            for rule in found.rules
        ],
        "conditions": [{"name": name, "holds": is_so} for name, is_so in found.conditions.items()],
        "readable": found.is_read,
        "consent": {"needed": found.needs_consent, "inForce": found.consent},
        "fields": [
            {
                "name": camel(field.name),
                "access": field.report.level.value,
                "reason": field.report.reason and field.report.reason.value,
                "writable": field.report.writable,
                "rules": list(field.rules),
            }
            for field in found.fields
        ],
    }


def viewer_shown(viewer: Seen) -> Shown:
    """One who may see a field, as the answer has it."""
    return {
        "principal": _principal(viewer.known),
        "kind": viewer.known.principal.kind.value,
        "purpose": viewer.purpose,
        "access": viewer.level.value,
        "rules": list(viewer.rules),
    }


def effect_shown(effect: Simulated) -> Shown:
    """An effect of a change, as the answer has it."""
    return {
        "principals": [_principal(known) for known in effect.known[:PRINCIPALS_SHOWN]],
        "principalCount": len(effect.known),
        "action": effect.action.upper(),
        "resource": effect.resource,
        "purpose": effect.purpose,
        "allowedBefore": effect.before,
        "allowedAfter": effect.after,
        "recordsGained": effect.gained,
        "recordsLost": effect.lost,
        "fields": [
            {
                "name": camel(field.name),
                "before": field.before.value,
                "after": field.after.value,
                "recordsGained": field.gained,
                "recordsLost": field.lost,
            }
            for field in effect.fields
        ],
    }


def _principal(known: KnownPrincipal) -> Shown:
    return {"name": known.principal.name, "handle": known.handle}
