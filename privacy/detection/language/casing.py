"""Truecasing: a text that is all in one case is given the capitals that its names would have."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")


def with_capitals(text: str, never: frozenset[str]) -> str | None:
    """Return `text` with a capital on each word but those in `never`, at the same offsets.

    None for a text that has capitals and small letters already: there they tell names from words.
    """
    if not (text.islower() or text.isupper()):
        return None
    return _WORD.sub(lambda match: _capitalised(match[0], never), text)


def upper(text: str) -> str:
    """Return `text` in capitals, each character still one (an ß stays)."""
    return "".join(map(_one_upper, text))


def _capitalised(word: str, never: frozenset[str]) -> str:
    small = "".join(map(_one_lower, word))
    return small if small in never else _one_upper(small[0]) + small[1:]


def _one_upper(char: str) -> str:
    return raised if len(raised := char.upper()) == 1 else char


def _one_lower(char: str) -> str:
    return lowered if len(lowered := char.lower()) == 1 else char
