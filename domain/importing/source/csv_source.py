"""Streaming CSV (RFC 4180), with the line that each record begins on.

A bad record is reported and left out; reading goes on with the line after its first, so that an
unclosed quote costs one line and not the rest of the file. Whatever the file holds, at most one
record's worth of it is in memory.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from domain.importing.source.columns import column_name
from domain.importing.source.dialect import Dialect, dialect_of
from domain.importing.source.encodings import SAMPLE_BYTES, Encoding, encoding_of
from domain.importing.source.file_opening import changed, opened, require_same
from domain.importing.source.lines import RECORD_BYTES_MAX, Line, Lines
from domain.importing.source.mojibake import garbled_at
from domain.importing.source.refusal import UnreadableFileError

RECORD_LINES_MAX = 1_000
_NOTHING = b"\r\n\x1a"


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


class CsvSource:
    """One file; what is not stated of its form is recognised, with the first look into it.

    ``position`` is how many bytes were read, for a progress bar, and ``blank_rows`` how many rows of
    delimiters only were passed over. Everything here raises ``UnreadableFileError``.
    """

    def __init__(
        self,
        path: Path,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        garbled: str = "refuse",
    ) -> None:
        self.path = path
        self.position = self.blank_rows = 0
        self._stated = (encoding, delimiter)
        self._garbled = garbled

    def parted_by(self, delimiter: str) -> "CsvSource":
        """The same file with another delimiter; its encoding is not looked for again."""
        other = CsvSource(
            self.path, encoding=self._stated[0], delimiter=delimiter, garbled=self._garbled
        )
        other.encoding = self.encoding
        return other

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        known = self.encoding.version
        return 0 if known is None else known[1]

    @cached_property
    def encoding(self) -> Encoding:
        """Its encoding; the whole file was read through with it."""
        return encoding_of(self.path, self._stated[0], self._garbled)

    @cached_property
    def dialect(self) -> Dialect:
        """Its delimiter and its ends of lines."""
        with opened(self.path, self.encoding.version) as file:
            sample = file.read(SAMPLE_BYTES)[self.encoding.skip :]
        return dialect_of(sample.decode(self.encoding.name, "ignore"), self._stated[1])

    def header(self) -> tuple[str, ...]:
        """The columns, without those at the end that have no name."""
        encoding, dialect = self.encoding, self.dialect
        with opened(self.path, encoding.version) as file:
            return self._header(Lines(file, encoding, dialect))

    def records(self) -> Iterator[GoodRecord | BadRecord]:
        """The records after the header, in order; empty lines are passed over."""
        self.blank_rows = 0
        with opened(self.path, self.encoding.version) as file:
            try:
                yield from self._records(file)
            except UnicodeDecodeError:  # All of it was read through before.
                raise changed(self.path) from None

    def _records(self, file: BinaryIO) -> Iterator[GoodRecord | BadRecord]:
        lines = Lines(file, self.encoding, self.dialect)
        columns = self._header(lines)
        while (line := lines.next()) is not None:
            self._require_same(file)
            if line.data.strip(_NOTHING):
                record = self._record(lines, line, columns)
                if record is not None:
                    yield record
            self.position = lines.position
        self._require_same(file)

    def _require_same(self, file: BinaryIO) -> None:
        if self.encoding.version is not None:
            require_same(self.path, file, self.encoding.version)

    def _header(self, lines: Lines) -> tuple[str, ...]:
        line = lines.next() if not self.dialect.has_sep else (lines.next() and lines.next())
        while line is not None:
            cells = self._cells(lines, line)
            if isinstance(cells, BadRecord):
                raise UnreadableFileError(
                    f"{self.path}, line {cells.line}: the header cannot be read: {cells.reason}"
                )
            names = [column_name(cell) for cell in cells]
            while names and not names[-1]:
                names.pop()
            if names:
                return tuple(names)
            line = lines.next()
        raise UnreadableFileError(f"{self.path} is empty: its first line must name the columns")

    def _record(
        self, lines: Lines, line: Line, columns: tuple[str, ...]
    ) -> GoodRecord | BadRecord | None:
        cells = self._cells(lines, line, width=len(columns))
        if isinstance(cells, BadRecord):
            return cells
        if not any(cells) or not any(map(str.strip, cells)):
            self.blank_rows += 1
            return None
        return GoodRecord(line.number, dict(zip(columns, cells, strict=True)))

    def _cells(
        self, lines: Lines, first: Line, *, width: int | None = None
    ) -> list[str] | BadRecord:
        """The cells of the record that begins with a line. Of a bad one only that line is used up."""
        taken = [first]
        cells = self._gathered(lines, taken)
        if not isinstance(cells, BadRecord) and width is not None and len(cells) != width:
            cells = _fitted(first.number, cells, width)
        if isinstance(cells, BadRecord):
            lines.put_back(taken[1:])
        return cells

    def _gathered(self, lines: Lines, taken: list[Line]) -> list[str] | BadRecord:
        first = taken[0]
        size, quotes = len(first.data), first.data.count(b'"')
        if quotes % 2 and first.is_whole:
            alone = self._parsed(first.number, first.data)
            if not isinstance(alone, BadRecord) or alone.code != "UNCLOSED_QUOTE":
                return alone  # A sign for inches, or quotes that no further line puts right.
        while quotes % 2 and taken[-1].is_whole:
            line = lines.next()
            if size > RECORD_BYTES_MAX or len(taken) > RECORD_LINES_MAX or line is None:
                lines.put_back([line] if line is not None else [])
                return _unclosed(first.number)
            taken.append(line)
            size, quotes = size + len(line.data), quotes + line.data.count(b'"')
        if not taken[-1].is_whole and len(taken) > 1:
            return _unclosed(first.number)
        if not first.is_whole:
            return BadRecord(
                first.number, "TOO_LONG", f"it is longer than {RECORD_BYTES_MAX} bytes"
            )
        return self._parsed(first.number, b"".join(line.data for line in taken))

    def _parsed(self, number: int, data: bytes) -> list[str] | BadRecord:
        if b"\0" in data:
            return BadRecord(number, "NUL", "it holds NUL bytes: export the file again as text")
        text = data.decode("utf-8", "surrogatepass")
        if self._garbled == "reject" and not text.isascii() and garbled_at(text) is not None:
            return BadRecord(
                number, "ENCODING", "it holds text that was read in a wrong encoding before"
            )
        try:
            delimiter = self.dialect.delimiter
            rows = list(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
        except csv.Error as error:
            return _broken(number, str(error))
        return rows[0] if rows else []


def _fitted(number: int, cells: list[str], width: int) -> list[str] | BadRecord:
    """With as many cells as the header: what is missing or too much at the end may only be empty."""
    too_much = cells[width:]
    if any(map(str.strip, too_much)):
        return BadRecord(
            number,
            "COLUMNS",
            f"it has {len(cells)} cells, the header {width}: put quotes around cells that hold the"
            " delimiter",
        )
    if len(cells) == 1 and width > 2 and cells[0].strip():  # noqa: PLR2004 - of one or two, one is much
        return BadRecord(number, "COLUMNS", f"it has 1 cell, the header {width}")
    return (cells + [""] * (width - len(cells)))[:width]


def _unclosed(number: int) -> BadRecord:
    return BadRecord(number, "UNCLOSED_QUOTE", "a quote is opened and never closed")


def _broken(number: int, said: str) -> BadRecord:
    """What the parser found, in our words: its own may repeat the cell."""
    if "field limit" in said or "field larger" in said:
        return BadRecord(
            number, "TOO_LONG", f"a cell is longer than {csv.field_size_limit()} characters"
        )
    if "unexpected end" in said:
        return _unclosed(number)
    if "new-line" in said:
        return BadRecord(
            number, "COLUMNS", "a line within it ends with CR alone: save the file anew"
        )
    return BadRecord(
        number, "QUOTES", 'its quotes are wrong: a quote inside a quoted cell is written twice ("")'
    )
