"""Western single-byte encodings, told apart by how well their text reads.

A letter beyond ASCII stands beside others and keeps the case of its word; a sign inside a word, or a
capital after a small letter, shows that the guess is wrong. Three letters beyond ASCII in a row are
another script, and what may be Czech, Turkish or Hungarian is not guessed at either.
"""

import re
from collections.abc import Iterator

CANDIDATES = ("cp1252", "mac-roman")
_WRONG_SHARE = 0.1
_SIGN = 0.5
_QUOTES = "„“”«»‚‘’‹›´"  # noqa: RUF001 - these signs are meant
_SIGNS = "°§©®²³½¼¾µ£€·–—…•ªº¿¡"
_JOINS = "–—·…"
_WORDS = "àèéìòóôåøæöÀÈÉÅØÖ"
_ACCENTS = "¸ˆ˜¨¯˘˙˚˝˛ˇ"  # noqa: RUF001 - these signs are meant
_CARON = re.compile("[čřěůľťďň]")
_CARON_TYPES = 2
_TURKISH_OR_HUNGARIAN = re.compile(r"(?<=[a-zà-ÿ])þ|õ(?!e)")


def read_as(sample: bytes) -> str | None:
    """The candidate as which the bytes read well, the first where several do."""
    scored = [(name, *_scores(sample, name)) for name in CANDIDATES]
    readable = [(right - wrong, name) for name, right, wrong in scored if _is_good(right, wrong)]
    if not readable:
        return None
    best, name = max(readable, key=lambda one: one[0])
    if best == readable[0][0]:
        name = readable[0][1]
    return None if name == "cp1252" and _reads_as_another(sample) else name


def _is_good(right: float, wrong: float) -> bool:
    return right > 0 and wrong <= _WRONG_SHARE * right


def _scores(sample: bytes, name: str) -> tuple[float, float]:
    """How much reads well, and how much does not; what says nothing counts a little against it."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return 0, 1
    judged = list(_judged(text))
    wrong = -sum(one for one in judged if one < 0)
    return sum(one for one in judged if one > 0), wrong + judged.count(0) / 4


def _judged(text: str) -> Iterator[float]:
    for run in re.finditer(r"[^\x00-\x7f]+", text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        if len(run[0]) > 2 and run[0].isalpha():  # noqa: PLR2004 - no Western word has three
            yield -float(len(run[0]))
            continue
        around = [before, *run[0], after]
        for at in range(1, len(around) - 1):
            yield _judge(*around[at - 1 : at + 2])


def _judge(before: str, character: str, after: str) -> float:
    if character in _QUOTES:
        return 1 if before.isalnum() or after.isalnum() else _SIGN
    if not character.isalpha() or character in _SIGNS:
        is_inside = (
            before.isalpha() and after.isalpha() and (after.islower() or character not in _JOINS)
        )
        if is_inside or character in _ACCENTS:
            return -2
        return _SIGN if character in _SIGNS else 0
    if not before.isalpha() and not after.isalpha():
        return _SIGN if character in _WORDS else 0
    is_small = character.islower() and character != "ß"
    breaks_case = (
        (before.islower() and character.isupper())
        or (before.isupper() and character.isupper() and after.islower())
        or (is_small and after.isupper())
    )
    return -1 if breaks_case else 1


def _reads_as_another(sample: bytes) -> bool:
    """Czech, Slovak, Turkish and Hungarian have the bytes of Western letters."""
    text = sample.decode("cp1250", "replace").lower()
    is_czech = len({*_CARON.findall(text)}) >= _CARON_TYPES and ("š" in text or "ž" in text)
    return is_czech or bool(
        _TURKISH_OR_HUNGARIAN.search(sample.decode("cp1252", "replace").lower())
    )
