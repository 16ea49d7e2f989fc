"""A change of the policy that is asked about."""

import strawberry

from api.graphql.explain.types import RuleEffect
from domain.errors import InvalidInputError
from domain.explaining.change import PolicyChange
from policy.rules import RoleLink, Rule

CHANGES_MAX = 500


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
    add: list[PolicyRuleInput] = strawberry.field(
        default_factory=list, description="Rules that are not there yet."
    )
    remove: list[str] = strawberry.field(
        default_factory=list, description="The ids of rules, as `explain` names them."
    )
    link: list[RoleLinkInput] = strawberry.field(
        default_factory=list, description="Links that are not there yet."
    )
    unlink: list[RoleLinkInput] = strawberry.field(
        default_factory=list, description="Links that are there."
    )

    def change(self) -> PolicyChange:
        """Raises ``InvalidInputError`` for more than can be looked at in one request."""
        if len([*self.add, *self.remove, *self.link, *self.unlink]) > CHANGES_MAX:
            raise InvalidInputError(f"a change has at most {CHANGES_MAX} parts", ("change",))
        return PolicyChange(
            add=tuple(one.rule() for one in self.add),
            remove=tuple(self.remove),
            link=tuple(one.link() for one in self.link),
            unlink=tuple(one.link() for one in self.unlink),
        )
