"""A change of the policy before it is made: what would be taken away and what would be added."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from domain.errors import InvalidInputError
from domain.resources import FIELDS
from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError, RoleLink, Rule
from privacy.purposes import PURPOSES

Part = TypeVar("Part", Rule, RoleLink)


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Removed first, then added."""

    add_rules: tuple[Rule, ...] = ()
    remove_rules: tuple[Rule, ...] = ()
    add_links: tuple[RoleLink, ...] = ()
    remove_links: tuple[RoleLink, ...] = ()


async def changed(tenant: str, snapshot: Snapshot, change: PolicyChange) -> Snapshot:
    """What the policy would be; raises ``InvalidInputError`` for a change that would be refused."""
    rules = _changed(snapshot.rules, change.remove_rules, change.add_rules)
    links = _changed(snapshot.links, change.remove_links, change.add_links)
    try:
        return await asyncio.to_thread(
            compile_policy,
            tenant,
            snapshot.version + 1,
            rules,
            links,
            fields=FIELDS,
            purposes=PURPOSES,
        )
    except InvalidPolicyError as error:
        raise InvalidInputError(str(error), ("change",)) from None


def _changed(
    present: Iterable[Part], remove: Iterable[Part], add: Iterable[Part]
) -> tuple[Part, ...]:
    left = dict.fromkeys(present)
    for part in remove:
        if part not in left:
            raise InvalidInputError("what is to be removed is not there", ("change",))
        del left[part]
    for part in add:
        if part in left:
            raise InvalidInputError("what is to be added is there already", ("change",))
        left[part] = None
    return tuple(left)
