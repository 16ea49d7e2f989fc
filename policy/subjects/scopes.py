"""Scopes: what of their holder's rights a credential may use. They narrow, and never add anything.

A general scope opens a part of the API. A permission (``customer:read``, ``*:read``, ``interaction:*``)
lets the credential use that much of the plan, and a credential with permissions uses nothing else.
"""

import re
from collections.abc import Collection

ADHOC = "adhoc"
"""Documents that the tenant does not know, where it wants only those that it trusts."""
INTROSPECTION = "introspection"
"""The schema by introspection, and GraphiQL, outside development."""
ACT_FOR = "act_for"
"""Exchanging a person's token for one with which this credential's holder acts for them (RFC 8693)."""
METRICS = "metrics"
"""The gauges of the process, outside development."""
SCOPES = frozenset({ADHOC, INTROSPECTION, ACT_FOR, METRICS})

ANY = "*"
MARK = "+"
"""No role may begin with it, so that no role is taken for a permission."""

_PERMISSION = re.compile(r"(\*|[a-z_]{1,64}):(\*|[a-z]{1,32})")


def unknown_scopes(
    scopes: Collection[str], resources: Collection[str], actions: Collection[str]
) -> list[str]:
    """Those that are neither general nor a permission in known words, in their order."""
    return [s for s in scopes if s not in SCOPES and not _is_known(s, resources, actions)]


def _is_known(scope: str, resources: Collection[str], actions: Collection[str]) -> bool:
    match = _PERMISSION.fullmatch(scope)
    return (
        match is not None
        and (match[1] == ANY or match[1] in resources)
        and (match[2] == ANY or match[2] in actions)
    )


def marks(permissions: frozenset[str] | None) -> frozenset[str]:
    """How a limit stands among a principal's names; a limit to nothing leaves a mark as well."""
    if permissions is None:
        return frozenset()
    return frozenset({MARK, *(MARK + permission for permission in permissions)})


def permitted(names: frozenset[str], resource: str, action: str) -> frozenset[str]:
    """The names without the marks, or none of them where the marks do not permit the action."""
    limits = frozenset(name for name in names if name.startswith(MARK))
    wide = {f"{MARK}{r}:{a}" for r in (resource, ANY) for a in (action, ANY)}
    if limits and limits.isdisjoint(wide):
        return frozenset()
    return names - limits


def narrowed(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What both limits permit: ``*:read`` and ``customer:*`` have ``customer:read`` in common."""
    if one is None or other is None:
        return other if one is None else one
    found = set()
    for mine in one:
        for theirs in other:
            resource = _common_word(mine.partition(":")[0], theirs.partition(":")[0])
            action = _common_word(mine.partition(":")[2], theirs.partition(":")[2])
            if resource and action:
                found.add(f"{resource}:{action}")
    return frozenset(found)


def _common_word(one: str, other: str) -> str | None:
    if one in {ANY, other}:
        return other
    return one if other == ANY else None
