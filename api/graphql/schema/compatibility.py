"""Breaking-change check: whatever the last release showed stays, but for reviewed exceptions.

Removing takes a deprecation that was released and is old enough (docs/deprecation.md).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
from graphql import build_schema, resolve_schema_coordinate
from graphql.utilities import (
    BreakingChange,
    BreakingChangeType,
    DangerousChange,
    find_schema_changes,
)

DAYS_MIN = 180
DEPRECATED = re.compile(
    r"\S.{9,} Since (?P<since>\d{4}-\d\d-\d\d); not removed before (?P<until>\d{4}-\d\d-\d\d)\.",
    re.DOTALL,
)
"""The form of the reason of every ``@deprecated``."""

_OF_MEMBERS = {
    BreakingChangeType.FIELD_REMOVED,
    BreakingChangeType.ARG_REMOVED,
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
}
_REMOVALS = _OF_MEMBERS | {
    BreakingChangeType.TYPE_REMOVED,
    BreakingChangeType.TYPE_REMOVED_FROM_UNION,
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED,
    BreakingChangeType.DIRECTIVE_REMOVED,
    BreakingChangeType.DIRECTIVE_ARG_REMOVED,
}
_MEMBER = re.compile(r"(?:Field|Argument|Enum value) (\S+) was removed\.")


class Exempted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One breaking change that was reviewed."""

    change: str
    reason: str
    deprecated: date | None = None
    at_once: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    exception: tuple[Exempted, ...] = ()


def exceptions(toml: str) -> tuple[Exempted, ...]:
    """The entries of the file; raises ``msgspec.ValidationError`` for any other form."""
    return msgspec.toml.decode(toml, type=_File).exception


class Compatibility:
    """What changed between the last release and now, both as SDL."""

    def __init__(self, released: str, present: str) -> None:
        self._released = build_schema(released, assume_valid=True)
        self._changes = [
            change
            for change in find_schema_changes(
                self._released, build_schema(present, assume_valid=True)
            )
            if isinstance(change, BreakingChange | DangerousChange)
        ]

    def dangerous(self) -> list[str]:
        """What a client may stumble over, though it is allowed."""
        return [
            change.description for change in self._changes if isinstance(change, DangerousChange)
        ]

    def faults(self, exempted: Sequence[Exempted], today: date) -> list[str]:
        """Every breaking change without a good exception, and every exception without a change."""
        by_change = {one.change: one for one in exempted}
        found: dict[str, list[str]] = {}
        for change in self._changes:
            if isinstance(change, BreakingChange):
                one = by_change.get(change.description)
                found[change.description] = [*self._faults(change, one, today)]
        stale = [
            f"{change} This exception is stale: the schema has not changed like this."
            for change in by_change
            if change not in found
        ]
        twice = len(exempted) - len(by_change)
        return [
            *(fault for faults in found.values() for fault in faults),
            *stale,
            *(["An exception stands there twice."] if twice else []),
        ]

    def _faults(
        self, change: BreakingChange, exempted: Exempted | None, today: date
    ) -> Iterator[str]:
        told = change.description
        if exempted is None:
            yield f"{told} It breaks clients of the last release."
        elif not exempted.reason.strip():
            yield f"{told} Its exception gives no reason."
        elif change.type in _REMOVALS and not exempted.at_once:
            yield from self._too_early(change, exempted.deprecated, today)

    def _too_early(
        self, change: BreakingChange, deprecated: date | None, today: date
    ) -> Iterator[str]:
        told = change.description
        if deprecated is None:
            yield f"{told} Its exception does not say since when it was deprecated."
            return
        until = deprecated + timedelta(days=DAYS_MIN)
        if change.type in _OF_MEMBERS:
            promised = DEPRECATED.fullmatch(self._reason(told))
            if promised is None or promised["since"] != deprecated.isoformat():
                yield f"{told} The last release does not show it as deprecated since {deprecated}."
                return
            until = max(until, date.fromisoformat(promised["until"]))
        if today < until:
            yield f"{told} It stays until {until}."

    def _reason(self, told: str) -> str:
        """Why the last release says that a member is deprecated."""
        named = _MEMBER.fullmatch(told)
        found = resolve_schema_coordinate(self._released, named[1]) if named else None
        member = found[-2] if found else None  # What is last names the kind of what is found.
        return getattr(member, "deprecation_reason", None) or ""
