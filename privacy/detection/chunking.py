"""Chunks of a long text that the language model and the patterns handle in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

CHUNK_LENGTH_MAX: Final = 4_000
OVERLAP: Final = 200
_SPACE: Final = re.compile(r"\s")
_BORDERS: Final = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…]\s"),
    _SPACE,
)


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Yield `(offset, piece)` pairs that cover `text`, each piece at most `CHUNK_LENGTH_MAX` long.

    A piece ends at a paragraph, else a line, a sentence, a space, else wherever the limit falls.
    The next one begins up to `OVERLAP` earlier, so that what a border cuts is whole in one of them.
    """
    start = 0
    while len(text) - start > CHUNK_LENGTH_MAX:
        end = _border(text, start + CHUNK_LENGTH_MAX // 2, start + CHUNK_LENGTH_MAX)
        yield start, text[start:end]
        start = _word_start(text, end - OVERLAP, end)
    yield start, text[start:]


def _border(text: str, low: int, high: int) -> int:
    for border in _BORDERS:
        ends = [match.end() for match in border.finditer(text, low, high)]
        if ends:
            return ends[-1]
    return high


def _word_start(text: str, low: int, high: int) -> int:
    space = _SPACE.search(text, low, high)
    return space.end() if space is not None else low
