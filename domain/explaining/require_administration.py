"""Guard of questions about the policy: whoever may administer it may ask."""

from domain.access.caller import Caller
from domain.values.errors import ForbiddenError
from policy.rules import POLICY, Action


def require_administration(caller: Caller) -> None:
    """Raise ``ForbiddenError`` unless the caller may administer the policy for this purpose."""
    if not caller.may(Action.ADMINISTER, POLICY):
        raise ForbiddenError("you may not administer the policy for this purpose")
