"""Spans of a text that mention somebody, and the mark that takes their place.

A mark is as long as what it replaces, so that the offsets of everything else, and of what detection found,
stay as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARK = "\u2588"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in code points, ``end`` exclusive, and what it holds."""

    start: int
    end: int
    type: str


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text with every span replaced; what is white space stays."""
    signs = list(text)
    for span in spans:
        for at in range(span.start, span.end):
            if not signs[at].isspace():
                signs[at] = MARK
    return "".join(signs)


def still_marked(old: Any, new: Any) -> Any:
    """The new value, but the old one wherever that is the new one with spans replaced: what was redacted
    does not come back with an older file.
    """
    if new == old:
        return new
    if isinstance(old, str) and isinstance(new, str):
        return old if MARK in old and _was(old, new) else new
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {name: still_marked(old.get(name), value) for name, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [still_marked(*pair) for pair in zip(old, new, strict=True)]
    return new


def _was(old: str, new: str) -> bool:
    return len(old) == len(new) and all(
        now == before or (now == MARK and not before.isspace())
        for now, before in zip(old, new, strict=True)
    )


def merged(spans: Iterable[Span]) -> Sequence[Span]:
    """The spans in order; of those that overlap one, named after the longest."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            last = found.pop()
            longest = max(last, span, key=lambda one: one.end - one.start)
            span = Span(last.start, max(last.end, span.end), longest.type)  # noqa: PLW2901 - what both are
        found.append(span)
    return found
