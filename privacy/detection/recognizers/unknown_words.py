"""Names that nothing announces: capitalised words that English does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from privacy.detection.language.words import NAME, NEVER_A_NAME, is_known
from privacy.detection.recognizers.matching import SpanRecognizer

_NAME: Final = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}_@/.-]){NAME}(?![\p{{N}}_@]|\.\p{{L}})", regex.VERBOSE
)
_COMPANY: Final = regex.compile(
    r"""[ ](?:GmbH|AG|KG|Ltd|Limited|Inc|LLC|LLP|PLC|Plc|Corp|Co|SA|SARL|SAS|SpA|Srl|BV|NV|Oy|AB|AS
    |ApS|Kft|Zrt)$""",
    regex.VERBOSE,
)
_INITIALS_MAX: Final = 2
_SCORE: Final = 0.5


class UnknownNameRecognizer(SpanRecognizer):
    """Runs of capitalised words of which at least one is not English.

    The language model knows English names; a Katrine, Koppány or Szöllösy is what it misses. The
    price is a place or a brand now and then, which is hidden too.
    """

    def __init__(self, words: frozenset[str]) -> None:
        super().__init__("PERSON")
        self._words = words

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield the runs, ordinary words at their beginning left out, companies altogether."""
        for match in _NAME.finditer(text):
            start = match.start() + _ordinary_prefix(match[0])
            run = text[start : match.end()]
            if self._has_unknown(run) and _COMPANY.search(run) is None:
                yield start, match.end(), _SCORE

    def _has_unknown(self, run: str) -> bool:
        return any(map(self._is_unknown, regex.split(r"[ .]+", run)))

    def _is_unknown(self, word: str) -> bool:
        if len(word) <= _INITIALS_MAX or word.isupper():
            return False
        return not is_known(word, self._words)


def _ordinary_prefix(run: str) -> int:
    length = 0
    for word in run.split(" "):
        if word.lower() not in NEVER_A_NAME:
            break
        length += len(word) + 1
    return min(length, len(run))
