"""Overlap resolution: what several recognizers say about the same characters is settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from privacy.detection.findings import Finding

# They tell about a person or a thing, but lead to nobody by themselves.
DESCRIPTIVE: Final = frozenset(
    ("DATE_TIME", "NRP", "URL", "LOCATION", "ORGANIZATION", "AGE", "TITLE", "GPE")
)


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in text order, without those that another one makes superfluous.

    A finding goes if a wider one covers it, unless it identifies a person and the wider one only
    describes. No character that was found becomes visible by this. What remains may still overlap.
    """
    kept: list[Finding] = []
    identified_until = described_until = 0
    for finding in sorted(findings, key=_widest_first):
        descriptive = finding.type in DESCRIPTIVE
        if finding.end <= identified_until or (descriptive and finding.end <= described_until):
            continue
        kept.append(finding)
        if descriptive:
            described_until = finding.end
        else:
            identified_until = finding.end
    return tuple(sorted(kept, key=lambda f: (f.start, f.end)))


def _widest_first(finding: Finding) -> tuple[int, int, bool, float, str]:
    return finding.start, -finding.end, finding.type in DESCRIPTIVE, -finding.score, finding.type
