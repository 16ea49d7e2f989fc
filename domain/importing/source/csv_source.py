"""Streaming CSV (RFC 4180), with the line that each record begins on.

A bad record is reported and left out; reading goes on with the line after its first, so that an
unclosed quote costs one line and not the rest of the file. Whatever the file holds, at most one
record's worth of it is in memory.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

RECORD_BYTES_MAX = 1_000_000
RECORD_LINES_MAX = 1_000
_SKIP_BYTES = 64 * 1024


class UnreadableFileError(Exception):
    """The file as a whole cannot be used; the text says what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be read."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class GoodRecord:
    """A record's cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    data: bytes
    is_whole: bool


class CsvSource:
    """One file. ``position`` is how many bytes were read, for a progress bar."""

    def __init__(self, path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> None:
        self.path = path
        self.position = 0
        self._encoding = _ascii_compatible(encoding)
        self._delimiter = delimiter
        self._waiting: deque[_Line] = deque()
        self._number = 0

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return self.path.stat().st_size

    def header(self) -> tuple[str, ...]:
        """The columns; raises ``UnreadableFileError``."""
        with self._opened() as file:
            return self._header(file)

    def records(self) -> Iterator[GoodRecord | BadRecord]:
        """The records after the header, in order; empty lines are passed over."""
        with self._opened() as file:
            columns = self._header(file)
            while (line := self._line(file)) is not None:
                if line.data.strip(b"\r\n"):
                    yield self._record(file, line, columns)
                self.position = file.tell()

    def _opened(self) -> BinaryIO:
        self._waiting.clear()
        self._number = self.position = 0
        try:
            return self.path.open("rb")
        except OSError as error:
            raise UnreadableFileError(
                f"{self.path} cannot be read ({error.strerror}): check the path"
            ) from None

    def _header(self, file: BinaryIO) -> tuple[str, ...]:
        line = self._line(file)
        if line is None:
            raise UnreadableFileError(f"{self.path} is empty: its first line must name the columns")
        first = _Line(line.number, line.data.removeprefix(codecs.BOM_UTF8), line.is_whole)
        cells = self._cells(file, first)
        if isinstance(cells, BadRecord):
            raise UnreadableFileError(f"{self.path}: the header cannot be read ({cells.reason})")
        names = tuple(cell.strip() for cell in cells)
        if len(set(names)) != len(names):
            raise UnreadableFileError(f"{self.path}: the header names a column twice")
        return names

    def _record(
        self, file: BinaryIO, line: _Line, columns: tuple[str, ...]
    ) -> GoodRecord | BadRecord:
        cells = self._cells(file, line, width=len(columns))
        if isinstance(cells, BadRecord):
            return cells
        return GoodRecord(line.number, dict(zip(columns, cells, strict=True)))

    def _cells(
        self, file: BinaryIO, first: _Line, *, width: int | None = None
    ) -> list[str] | BadRecord:
        """The cells of the record that begins with a line. Of a bad one only that line is used up."""
        lines = [first]
        cells = self._gathered(file, lines)
        if not isinstance(cells, BadRecord) and width is not None and len(cells) != width:
            cells = BadRecord(
                first.number, "COLUMNS", f"it has {len(cells)} cells, the header {width}"
            )
        if isinstance(cells, BadRecord):
            self._waiting.extendleft(reversed(lines[1:]))
        return cells

    def _gathered(self, file: BinaryIO, lines: list[_Line]) -> list[str] | BadRecord:
        size, quotes = len(lines[0].data), lines[0].data.count(b'"')
        number = lines[0].number
        while quotes % 2 and lines[-1].is_whole:
            if size > RECORD_BYTES_MAX or len(lines) > RECORD_LINES_MAX:
                return BadRecord(number, "UNCLOSED_QUOTE", "a quote is opened and never closed")
            line = self._line(file)
            if line is None:
                return BadRecord(number, "UNCLOSED_QUOTE", "a quote is opened and never closed")
            lines.append(line)
            size, quotes = size + len(line.data), quotes + line.data.count(b'"')
        if not lines[-1].is_whole:
            return BadRecord(number, "TOO_LONG", f"it is longer than {RECORD_BYTES_MAX} bytes")
        return self._parsed(number, b"".join(line.data for line in lines))

    def _parsed(self, number: int, data: bytes) -> list[str] | BadRecord:
        try:
            text = data.decode(self._encoding)
            rows = list(csv.reader([text], delimiter=self._delimiter, strict=True))
        except UnicodeDecodeError:
            return BadRecord(number, "ENCODING", f"it is not {self._encoding}")
        except csv.Error as error:
            code = "TOO_LONG" if "field limit" in str(error) else "QUOTES"
            return BadRecord(number, code, "a cell is too long or its quotes are wrong")
        return rows[0] if rows else []

    def _line(self, file: BinaryIO) -> _Line | None:
        if self._waiting:
            return self._waiting.popleft()
        data = file.readline(RECORD_BYTES_MAX)
        if not data:
            return None
        self._number += 1
        is_whole = data.endswith(b"\n") or len(data) < RECORD_BYTES_MAX
        if not is_whole:
            while (rest := file.readline(_SKIP_BYTES)) and not rest.endswith(b"\n"):
                pass
        return _Line(self._number, data, is_whole)


def _ascii_compatible(encoding: str) -> str:
    try:
        if '\r\n,;\t"'.encode(encoding) == b'\r\n,;\t"':
            return codecs.lookup(encoding).name
    except LookupError:
        pass
    raise UnreadableFileError(
        f"files in {encoding!r} cannot be read: convert them to UTF-8, or name another encoding"
    )
