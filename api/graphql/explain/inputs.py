"""GraphQL input of a change of the policy that is asked about."""

import strawberry

from api.graphql.policy.inputs import PolicyLinkInput, PolicyRuleInput, change
from domain.values.errors import InvalidInputError
from policy.changes import Change

CHANGES_MAX = 500


@strawberry.input(description="A change of the policy; what is removed is removed first.")
class PolicyChangeInput:
    add: list[PolicyRuleInput] = strawberry.field(
        default_factory=list, description="Rules that are not there yet."
    )
    remove: list[str] = strawberry.field(
        default_factory=list, description="The ids of rules, as `explain` names them."
    )
    link: list[PolicyLinkInput] = strawberry.field(
        default_factory=list, description="Links that are not there yet."
    )
    unlink: list[PolicyLinkInput] = strawberry.field(
        default_factory=list, description="Links that are there."
    )

    def change(self) -> Change:
        """Raises ``InvalidInputError`` for more than can be looked at in one request."""
        if len([*self.add, *self.remove, *self.link, *self.unlink]) > CHANGES_MAX:
            raise InvalidInputError(f"a change has at most {CHANGES_MAX} parts", ("change",))
        return change(self)
