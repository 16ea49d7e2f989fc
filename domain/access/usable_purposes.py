"""Purposes that a caller may use: those for which they may do more than anybody may for any purpose."""

from functools import lru_cache

from domain.access.caller import Caller
from domain.declaration.registry import Registry
from policy.compiler import Snapshot
from policy.rules import Action
from privacy import caches
from privacy.purposes import PURPOSES

POLICY = "policy"
_ASKED = (
    Action.CREATE,
    Action.UPDATE,
    Action.DELETE,
    Action.OPEN,
    Action.DECIDE,
    Action.ADMINISTER,
)


def usable_purposes(caller: Caller) -> tuple[str, ...]:
    """The purposes for which the caller may see records that speak of customers, or change anything.

    Of whoever has none, no purpose is refused: what all may see for any purpose (the directory) stays
    theirs.
    """
    found = _found(caller)
    own = caller.principal.purposes
    return found if own is None else tuple(name for name in found if name in own)


def is_usable(caller: Caller) -> bool:
    """Whether the caller's purpose is one of theirs, or they have none."""
    found = _found(caller)
    return not found or caller.purpose.name in found


def _found(caller: Caller) -> tuple[str, ...]:
    return _usable(caller.snapshot, caller.snapshot.named(caller.principal), caller.registry)


@lru_cache(maxsize=caches.USABLE_PURPOSES)
def _usable(snapshot: Snapshot, subjects: frozenset[str], registry: Registry) -> tuple[str, ...]:
    asked = [(name, action) for name in (*registry.by_name, POLICY) for action in _ASKED]
    asked += [
        (resource.name, Action.READ)
        for resource in registry.all
        if resource.speaks_of_customers and resource.name != "relationship"
    ]
    asked.append((POLICY, Action.READ))
    return tuple(
        purpose
        for purpose in PURPOSES
        if any(snapshot.plan_for(subjects, name, action, purpose) for name, action in asked)
    )
