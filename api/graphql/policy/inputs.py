"""GraphQL inputs of the policy: rules, role links and changes."""

from typing import Protocol

import strawberry

from api.graphql.policy.types import PolicyEffect
from policy.changes import Change
from policy.rules import RoleLink, Rule


@strawberry.input(description="A rule of the policy.")
class PolicyRuleInput:
    subject: str = strawberry.field(description="A role, or a principal (`member:…`).")
    resource: str = strawberry.field(description="Which kind of record.")
    action: str = strawberry.field(description="What may be done.")
    purpose: str = strawberry.field(description="For which purpose; `*` is any.")
    condition: str = strawberry.field(
        default="", description="With which records; empty is with all."
    )
    fields: list[str] = strawberry.field(
        default_factory=list,
        description="Which fields; `name~` is masked. A denial without fields hides the record.",
    )
    effect: PolicyEffect = strawberry.field(
        default=PolicyEffect.ALLOW, description="Whether it allows or denies."
    )


@strawberry.input(description="A role within another.")
class PolicyLinkInput:
    member: str = strawberry.field(description="The role, or the principal, that has another role.")
    role: str = strawberry.field(description="The role that it has.")


@strawberry.input(description="A change of the policy, made as a whole or not at all.")
class ChangePolicyInput:
    reason: str = strawberry.field(description="Why; kept with the version.")
    add: list[PolicyRuleInput] = strawberry.field(
        default_factory=list, description="Rules that come."
    )
    remove: list[str] = strawberry.field(
        default_factory=list,
        description="The ids of rules that go. One that goes and comes with other fields is changed.",
    )
    link: list[PolicyLinkInput] = strawberry.field(
        default_factory=list, description="Links that come."
    )
    unlink: list[PolicyLinkInput] = strawberry.field(
        default_factory=list, description="Links that go."
    )
    new_roles: list[str] = strawberry.field(
        default_factory=list,
        description="Names of roles that nothing knows yet, and that are meant.",
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A whole policy from a file.")
class ImportPolicyInput:
    csv: str = strawberry.field(description="The file; one bad line refuses it as a whole.")
    reason: str = strawberry.field(description="Why; kept with the version.")
    new_roles: list[str] = strawberry.field(
        default_factory=list,
        description="Names of roles that nothing knows yet, and that are meant.",
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="An earlier policy that comes into force again, as a new version.")
class RestorePolicyInput:
    version: int = strawberry.field(description="Which.")
    reason: str = strawberry.field(description="Why; kept with the new version.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version that was read."
    )
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A proposed change that comes into force.")
class ApprovePolicyChangeInput:
    change_id: strawberry.ID = strawberry.field(description="Which.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


@strawberry.input(description="A proposed change that is closed.")
class RejectPolicyChangeInput:
    change_id: strawberry.ID = strawberry.field(description="Which.")
    client_mutation_id: str | None = strawberry.field(default=None, description="Given back.")


class Changing(Protocol):
    """The parts of a change, whatever else an input says."""

    add: list[PolicyRuleInput]
    remove: list[str]
    link: list[PolicyLinkInput]
    unlink: list[PolicyLinkInput]


def change(given: Changing) -> Change:
    """The change that an input says."""
    return Change(
        add=tuple(map(rule, given.add)),
        remove=tuple(given.remove),
        link=tuple(RoleLink(one.member, one.role) for one in given.link),
        unlink=tuple(RoleLink(one.member, one.role) for one in given.unlink),
    )


def rule(given: PolicyRuleInput) -> Rule:
    """The rule that an input says."""
    return Rule(
        subject=given.subject,
        resource=given.resource,
        action=given.action,
        purpose=given.purpose,
        condition=" ".join(given.condition.split()),
        fields=tuple(given.fields),
        effect=given.effect.name.lower(),
    )
