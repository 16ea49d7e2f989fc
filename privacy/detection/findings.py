"""Findings: where personal data lies in a text, never what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a text that looks like personal data.

    `start` and `end` count Unicode code points, `end` exclusive. `score` lies in 0..1 and only
    orders findings: it is no probability. The text itself is not kept, so a finding may be stored
    and logged; together with the text it still points at a person.
    """

    type: str
    start: int
    end: int
    score: float


def redact(text: str, findings: Sequence[Finding]) -> str:
    """Return `text` with every finding replaced by `[TYPE]`.

    Overlapping findings become one, named after the widest of them (the higher score breaks a
    tie). Findings that only touch stay apart. Raises ValueError for an empty finding or one that
    reaches outside `text`: findings of another text hide the wrong characters and show the right.
    """
    parts: list[str] = []
    shown_until = 0
    for start, end, name in _merged(text, findings):
        parts += (text[shown_until:start], f"[{name}]")
        shown_until = end
    return "".join((*parts, text[shown_until:]))


def _merged(text: str, findings: Sequence[Finding]) -> Iterator[tuple[int, int, str]]:
    group: list[Finding] = []
    end = 0
    for finding in sorted(findings, key=lambda f: (f.start, f.end)):
        _must_lie_within(text, finding)
        if group and finding.start >= end:
            yield group[0].start, end, max(group, key=_weight).type
            group = []
        group.append(finding)
        end = max(end, finding.end)
    if group:
        yield group[0].start, end, max(group, key=_weight).type


def _must_lie_within(text: str, finding: Finding) -> None:
    if not 0 <= finding.start < finding.end <= len(text):
        where = f"{finding.start}:{finding.end}"
        raise ValueError(f"finding {where} is empty or outside a text of {len(text)} characters")


def _weight(finding: Finding) -> tuple[int, float]:
    return finding.end - finding.start, finding.score
