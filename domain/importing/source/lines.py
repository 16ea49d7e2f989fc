"""Lines of a file as bytes of UTF-8, numbered, which can be put back."""

import io
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, cast

from domain.importing.source.dialect import Dialect
from domain.importing.source.encodings import Encoding
from domain.importing.source.transcoding import Transcoded

RECORD_BYTES_MAX = 1_000_000
_SKIP_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """``is_whole`` is false where the line was longer than a record may be."""

    number: int
    data: bytes
    is_whole: bool


class Lines:
    """Reads on from the byte order mark; whatever the file holds, one line of it is in memory."""

    def __init__(self, file: BinaryIO, encoding: Encoding, dialect: Dialect) -> None:
        file.seek(encoding.skip)
        self._raw = file
        self._file = _as_utf_8(file, encoding, dialect)
        self._waiting: deque[Line] = deque()
        self._number = 0

    @property
    def position(self) -> int:
        """How many bytes of the file were read."""
        return self._raw.tell()

    def put_back(self, lines: Iterable[Line]) -> None:
        """Give them again, in their order."""
        self._waiting.extendleft(reversed(list(lines)))

    def next(self) -> Line | None:
        """The next line, or nothing at the end."""
        if self._waiting:
            return self._waiting.popleft()
        data = self._file.readline(RECORD_BYTES_MAX)
        if not data:
            return None
        self._number += 1
        is_whole = data.endswith(b"\n") or len(data) < RECORD_BYTES_MAX
        if not is_whole:
            while (rest := self._file.readline(_SKIP_BYTES)) and not rest.endswith(b"\n"):
                pass
        return Line(self._number, data, is_whole)


def _as_utf_8(file: BinaryIO, encoding: Encoding, dialect: Dialect) -> BinaryIO:
    if encoding.name in {"utf-8", "ascii"} and not dialect.has_cr:
        return file
    made = io.BufferedReader(Transcoded(file, encoding.name, has_cr=dialect.has_cr))
    return cast("BinaryIO", made)
