"""Visible text: a text as a reader sees it, with the way back to the offsets of the original."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from privacy.detection.findings import Finding

# Soft hyphen, zero-width and bidirectional controls: they hide "a<ZWSP>@b.org" from every pattern.
_INVISIBLE: Final = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Lone surrogates do not encode to UTF-8, at which spaCy raises; control characters break words.
_UNREADABLE: Final = re.compile("[\ud800-\udfff]|[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A text without invisible characters; `origins[i]` is the original offset of character i.

    `origins` is None where nothing was taken out.
    """

    text: str
    origins: tuple[int, ...] | None = None

    def original(self, finding: Finding) -> Finding:
        """Return `finding` with the offsets it has in the original text."""
        if self.origins is None:
            return finding
        start, end = self.origins[finding.start], self.origins[finding.end - 1] + 1
        return replace(finding, start=start, end=end)


def visible(text: str) -> VisibleText:
    """Drop what no reader sees, and put a mark in place of what no model can read."""
    readable = _UNREADABLE.sub("\ufffd", text)
    if _INVISIBLE.search(readable) is None:
        return VisibleText(readable)
    kept = tuple(i for i, char in enumerate(readable) if not _INVISIBLE.match(char))
    return VisibleText("".join(readable[i] for i in kept), kept)
