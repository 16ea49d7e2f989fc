"""Values that a leak scan looks for, one a line, never repeated: a line's number stands for its value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

LENGTH_MAX = 1_000
"""Characters of one value; of a longer text a part is enough."""
VALUES_MAX = 5_000
"""Names in other letters than ASCII take some 80 kB each while they are looked for."""
SHORTEST = 4

_LINE_BYTES_MAX = 4 * LENGTH_MAX + 2


class SoughtValuesError(Exception):
    """The list cannot be used; says which line, never what is in it."""


@dataclass(frozen=True, slots=True)
class SoughtValue:
    """One value; ``number`` is that of its line, from 1."""

    number: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SoughtValues:
    """The values that are looked for, and the numbers of those too short to be."""

    given: tuple[SoughtValue, ...]
    short: tuple[int, ...]


def read_values(file: BinaryIO, shortest: int = SHORTEST) -> SoughtValues:
    """The values of a list in UTF-8, without white space around them; empty lines count in the numbers.

    Those of fewer than ``shortest`` characters stand everywhere by chance. Raises ``SoughtValuesError``.
    """
    given: list[SoughtValue] = []
    short: list[int] = []
    for value in _values(file):
        if len(value.text) < shortest:
            short.append(value.number)
        else:
            given.append(value)
        if len(given) > VALUES_MAX:
            raise SoughtValuesError(
                f"there are more than {VALUES_MAX} values: look for them in parts"
            )
    if not given:
        raise SoughtValuesError("there is no value to look for")
    return SoughtValues(tuple(given), tuple(short))


def _values(file: BinaryIO) -> Iterator[SoughtValue]:
    number = 0
    while line := file.readline(_LINE_BYTES_MAX + 1):
        number += 1
        if text := _text(line, number):
            yield SoughtValue(number, text)


def _text(line: bytes, number: int) -> str:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError:
        text = "\0"
    if len(line) > _LINE_BYTES_MAX or len(text) > LENGTH_MAX or "\0" in text:
        raise SoughtValuesError(
            f"line {number} is no text in UTF-8 of at most {LENGTH_MAX} characters"
        ) from None
    return text
