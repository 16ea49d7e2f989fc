"""What is looked for: personal values, one a line, never repeated: a line's number stands for its value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

LENGTH_MAX = 1_000
"""Characters of one value; of a longer text a part is enough."""
NEEDLES_MAX = 5_000
"""Names in other letters than ASCII take some 80 kB each while they are looked for."""
SHORTEST = 4

_LINE_BYTES_MAX = 4 * LENGTH_MAX + 2


class NeedlesError(Exception):
    """The list cannot be used; says which line, never what is in it."""


@dataclass(frozen=True, slots=True)
class Needle:
    """One value; ``number`` is that of its line, from 1."""

    number: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Needles:
    """The values that are looked for, and the numbers of those too short to be."""

    given: tuple[Needle, ...]
    short: tuple[int, ...]


def read_needles(file: BinaryIO, shortest: int = SHORTEST) -> Needles:
    """The values of a list in UTF-8, without white space around them; empty lines count in the numbers.

    Those of fewer than ``shortest`` characters stand everywhere by chance. Raises ``NeedlesError``.
    """
    given: list[Needle] = []
    short: list[int] = []
    for needle in _needles(file):
        if len(needle.text) < shortest:
            short.append(needle.number)
        else:
            given.append(needle)
        if len(given) > NEEDLES_MAX:
            raise NeedlesError(f"there are more than {NEEDLES_MAX} values: look for them in parts")
    if not given:
        raise NeedlesError("there is no value to look for")
    return Needles(tuple(given), tuple(short))


def _needles(file: BinaryIO) -> Iterator[Needle]:
    number = 0
    while line := file.readline(_LINE_BYTES_MAX + 1):
        number += 1
        if text := _text(line, number):
            yield Needle(number, text)


def _text(line: bytes, number: int) -> str:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError:
        text = "\0"
    if len(line) > _LINE_BYTES_MAX or len(text) > LENGTH_MAX or "\0" in text:
        raise NeedlesError(
            f"line {number} is no text in UTF-8 of at most {LENGTH_MAX} characters"
        ) from None
    return text
