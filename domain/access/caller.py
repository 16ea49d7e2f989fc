"""Caller: who reads or writes, for what, under which version of the policy."""

from dataclasses import dataclass
from functools import lru_cache

from domain.access.effective_access import EffectiveAccesses
from domain.declaration.registry import Registry
from policy.compiler import Snapshot
from policy.rules import Action
from policy.subjects.principals import Principal
from privacy import caches
from privacy.purposes import Purpose


@lru_cache(maxsize=caches.EFFECTIVE_ACCESS)
def _accesses(
    snapshot: Snapshot, subjects: frozenset[str], purpose: Purpose, registry: Registry
) -> EffectiveAccesses:
    return EffectiveAccesses(snapshot, subjects, purpose, registry)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reads, for what, under which version of the policy, which also says what roles they have through
    others; and the entities that there are for them.
    """

    principal: Principal
    purpose: Purpose
    snapshot: Snapshot
    registry: Registry

    def __post_init__(self) -> None:
        object.__setattr__(self, "principal", self.snapshot.with_roles(self.principal))

    @property
    def accesses(self) -> EffectiveAccesses:
        """How far the caller sees into each resource."""
        named = self.snapshot.named(self.principal)
        return _accesses(self.snapshot, named, self.purpose, self.registry)

    def may(self, action: Action, resource: str) -> bool:
        """Whether something is allowed that is about no record of the resource."""
        access = self.snapshot.plan(self.principal, resource, action, self.purpose.name)
        return access.is_everywhere
