"""Dialect of a CSV file: what parts its cells and its lines, and whether Excel's ``sep=`` stands first."""

import csv
import io
import re
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_RECORDS = 100
_SEP = re.compile(r'\A"?sep=(\t|[^\r\n"])"?[\t;,|]*(\r\n|\r|\n|\Z)', re.IGNORECASE)
_CONSISTENT = 0.7
_LONE_CR = re.compile(r"\r(?!\n|\Z)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """``has_sep`` says that the first line is no header; ``has_cr`` that some line ends with CR alone."""

    delimiter: str
    has_sep: bool
    has_cr: bool

    @property
    def shown(self) -> str:
        """The delimiter, by name."""
        return NAMES.get(self.delimiter, repr(self.delimiter))


def dialect_of(sample: str, stated: str | None) -> Dialect:
    """What the beginning of a file shows; a stated delimiter is taken as it is."""
    sep = _SEP.match(sample)
    body = sample[sep.end() :] if sep else sample
    delimiter = stated or (sep[1] if sep else _recognised(body))
    is_cr = sample.endswith("\r") and "\n" not in sample
    return Dialect(delimiter, sep is not None, is_cr or _LONE_CR.search(sample) is not None)


def _recognised(body: str) -> str:
    """The delimiter that gives the most columns, where most rows have no more than the header."""
    found = [(*_fit(body, delimiter), delimiter) for delimiter in DELIMITERS]
    best = max(found, key=lambda one: one[:2])
    return best[2] if best[1] > 1 else DELIMITERS[0]


def _fit(body: str, delimiter: str) -> tuple[bool, int]:
    """Whether it parts the header and most rows have no more cells, and how many the header has."""
    widths: list[int] = []
    room = 0
    try:
        lines = io.StringIO(body, newline="")
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if any(map(str.strip, row)):
                room = room or len(row)
                widths.append(max(at for at, cell in enumerate(row, 1) if cell.strip()))
            if len(widths) > SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    if not widths:
        return False, 0
    parted = [width for width in widths[1:] if width > 1]
    fits = sum(width <= room for width in parted) >= _CONSISTENT * len(parted)
    return fits and widths[0] > 1, widths[0]
