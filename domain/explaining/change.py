"""A change of the policy before it is made: what would be taken away and what would be added."""

import asyncio
from dataclasses import dataclass

from domain.errors import InvalidInputError
from domain.resources import FIELDS
from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError, RoleLink, Rule
from privacy.purposes import PURPOSES


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Rules are removed by their ids, and before others are added."""

    add: tuple[Rule, ...] = ()
    remove: tuple[str, ...] = ()
    link: tuple[RoleLink, ...] = ()
    unlink: tuple[RoleLink, ...] = ()


async def changed(tenant: str, snapshot: Snapshot, change: PolicyChange) -> Snapshot:
    """What the policy would be; raises ``InvalidInputError`` for a change that would be refused."""
    rules = {rule.id: rule for rule in snapshot.rules}
    links = dict.fromkeys(snapshot.links)
    for id_ in change.remove:
        if rules.pop(id_, None) is None:
            raise InvalidInputError("there is no such rule to remove", ("change", "remove"))
    for rule in change.add:
        if rules.setdefault(rule.id, rule) is not rule:
            raise InvalidInputError("such a rule is there already", ("change", "add"))
    for link in change.unlink:
        if link not in links:
            raise InvalidInputError("there is no such link to remove", ("change", "unlink"))
        del links[link]
    for link in change.link:
        if link in links:
            raise InvalidInputError("such a link is there already", ("change", "link"))
        links[link] = None
    try:
        return await asyncio.to_thread(
            compile_policy,
            tenant,
            snapshot.version + 1,
            rules.values(),
            links,
            fields=FIELDS,
            purposes=PURPOSES,
        )
    except InvalidPolicyError as error:
        raise InvalidInputError(str(error), ("change",)) from None
