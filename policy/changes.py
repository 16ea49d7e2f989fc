"""Policy and its changes, as an administrator sees them."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from policy.rules import InvalidPolicyError, RoleLink, Rule

RULES_MAX = 50_000
LINKS_MAX = 50_000

Part = TypeVar("Part", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules and role links of one version. Their order means nothing: a denial always wins."""

    rules: tuple[Rule, ...]
    links: tuple[RoleLink, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different. ``remove`` names rules by their ids, and is done before ``add``: a rule
    that is removed and added with other fields is changed.
    """

    add: tuple[Rule, ...] = ()
    remove: tuple[str, ...] = ()
    link: tuple[RoleLink, ...] = ()
    unlink: tuple[RoleLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What came and went between two versions; a rule with other fields both came and went."""

    added: tuple[Rule, ...] = ()
    removed: tuple[Rule, ...] = ()
    linked: tuple[RoleLink, ...] = ()
    unlinked: tuple[RoleLink, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.linked or self.unlinked)


def difference(old: Policy, new: Policy) -> Difference:
    """What leads from one policy to the other."""
    return Difference(
        added=_without(new.rules, old.rules),
        removed=_without(old.rules, new.rules),
        linked=_without(new.links, old.links),
        unlinked=_without(old.links, new.links),
    )


def changed(policy: Policy, change: Change) -> Policy:
    """The policy after the change; raises ``InvalidPolicyError`` for what is not there to be taken away,
    for what is there twice, and for too much of it.
    """
    removed = {rule.id for rule in policy.rules} & set(change.remove)
    if absent := set(change.remove) - removed:
        raise InvalidPolicyError(f"there is no rule {_listed(absent)}")
    if gone := set(change.unlink) - set(policy.links):
        raise InvalidPolicyError(f"there is no link {_listed(map(_link_text, gone))}")
    kept = tuple(rule for rule in policy.rules if rule.id not in removed)
    links = _without(policy.links, change.unlink)
    return whole((*kept, *change.add), (*links, *change.link))


def whole(rules: Sequence[Rule], links: Sequence[RoleLink]) -> Policy:
    """A policy of these; raises ``InvalidPolicyError`` where something is there twice, or too much."""
    if twice := _twice(rule.id for rule in rules):
        raise InvalidPolicyError(f"the rule “{twice}” is there already; remove it to change it")
    if twice := _twice(map(_link_text, links)):
        raise InvalidPolicyError(f"the link {twice} is there already")
    if len(rules) > RULES_MAX or len(links) > LINKS_MAX:
        message = f"a policy has at most {RULES_MAX} rules and {LINKS_MAX} links"
        raise InvalidPolicyError(message)
    return Policy(tuple(rules), tuple(links))


def _without(some: Sequence[Part], others: Iterable[Part]) -> tuple[Part, ...]:
    known = set(others)
    return tuple(one for one in some if one not in known)


def _twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _link_text(link: RoleLink) -> str:
    return f"{link.member} → {link.role}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:5])
