"""Who may ask about the policy."""

from domain.errors import ForbiddenError
from domain.reading.gate import Caller
from policy.rules import POLICY, Action


def require_administration(caller: Caller) -> None:
    """Raise ``ForbiddenError`` unless the caller may administer the policy for this purpose."""
    plan = caller.snapshot.plan(caller.principal, POLICY, Action.ADMINISTER, caller.purpose.name)
    if not plan.allows({}, caller.principal):
        raise ForbiddenError("you may not administer the policy for this purpose")
