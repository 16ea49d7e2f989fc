"""A change of the policy that is asked about."""

import strawberry

from api.graphql.explain.types import RuleEffect
from domain.explaining.change import PolicyChange
from policy.rules import RoleLink, Rule

PARTS_MAX = 1_000


@strawberry.input(description="A rule of the policy.")
class PolicyRuleInput:
    subject: str = strawberry.field(description="A role (`SALES:MEMBER`) or a name (`member:…`).")
    resource: str = strawberry.field(
        description="Such as `customer`; `policy` is the policy itself."
    )
    action: str = strawberry.field(description="Such as `read`.")
    purpose: str = strawberry.field(description="A declared purpose, or `*` for each.")
    condition: str = strawberry.field(default="", description="Where it holds; empty: everywhere.")
    fields: list[str] = strawberry.field(
        default_factory=list,
        description="The fields, as rules have them (`given_name`); `~` behind one shows it masked only.",
    )
    effect: RuleEffect = strawberry.field(
        default=RuleEffect.ALLOW, description="What it does where it holds."
    )

    def rule(self) -> Rule:
        return Rule(
            self.subject,
            self.resource,
            self.action,
            self.purpose,
            self.condition,
            tuple(self.fields),
            str(self.effect.value),
        )


@strawberry.input(description="Whoever has or is the member has all that the role has.")
class RoleLinkInput:
    member: str = strawberry.field(description="A role or a name.")
    role: str = strawberry.field(description="A role.")

    def link(self) -> RoleLink:
        return RoleLink(self.member, self.role)


@strawberry.input(description="A change of the policy; what is removed is removed first.")
class PolicyChangeInput:
    add_rules: list[PolicyRuleInput] = strawberry.field(
        default_factory=list, description="Rules that are not there yet."
    )
    remove_rules: list[PolicyRuleInput] = strawberry.field(
        default_factory=list, description="Rules that are there, exactly as they are."
    )
    add_links: list[RoleLinkInput] = strawberry.field(
        default_factory=list, description="Links that are not there yet."
    )
    remove_links: list[RoleLinkInput] = strawberry.field(
        default_factory=list, description="Links that are there."
    )

    def change(self) -> PolicyChange:
        return PolicyChange(
            add_rules=tuple(one.rule() for one in self.add_rules),
            remove_rules=tuple(one.rule() for one in self.remove_rules),
            add_links=tuple(one.link() for one in self.add_links),
            remove_links=tuple(one.link() for one in self.remove_links),
        )
