"""Trees of the policy's parts, as the answers show them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.declaration.registry import Registry
from domain.policies.read_policy import warnings
from domain.policies.versions import StoredChange, Version
from policy.changes import Difference
from policy.rules import RoleLink, Rule

PREFIX = "pch_"
_ID = re.compile(PREFIX + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
Shape = Mapping[str, Any]


def rule(shown: Rule) -> Shape:
    """A rule."""
    return {
        "id": shown.id,
        "subject": shown.subject,
        "resource": shown.resource,
        "action": shown.action,
        "purpose": shown.purpose,
        "condition": shown.condition,
        "fields": list(shown.fields),
        "effect": shown.effect.upper(),
    }


def link(shown: RoleLink) -> Shape:
    """A role link."""
    return {"member": shown.member, "role": shown.role}


def difference(shown: Difference) -> Shape:
    """What came and went."""
    return {
        "added": list(map(rule, shown.added)),
        "removed": list(map(rule, shown.removed)),
        "linked": list(map(link, shown.linked)),
        "unlinked": list(map(link, shown.unlinked)),
    }


def version(shown: Version) -> Shape:
    """A version."""
    return {
        "version": shown.number,
        "author": shown.author,
        "reason": shown.reason,
        "createdAt": moment(shown.created_at),
    }


def change(registry: Registry, shown: StoredChange, now: datetime, stages: frozenset[str]) -> Shape:
    """A change, made or proposed; ``stages`` are the names that there are."""
    return {
        "id": f"{PREFIX}{shown.id}",
        "status": shown.status_at(now),
        "author": shown.author,
        "reason": shown.reason,
        "baseVersion": shown.base_version,
        "version": shown.version,
        "difference": difference(shown.difference),
        "warnings": warnings(registry, shown.difference.added, stages),
        "createdAt": moment(shown.created_at),
        "expiresAt": moment(shown.expires_at),
        "decidedBy": shown.decided_by,
        "decidedAt": moment(shown.decided_at),
    }


def change_id(text: str) -> str | None:
    """The id behind the one that callers see."""
    match = _ID.fullmatch(text)
    return match[1] if match else None


def moment(at: datetime | None) -> str | None:
    """A point in time as the scalar ``DateTime`` is written."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
