"""The rejects file: line, field, code and reason of what was not taken in, and no value of it."""

import csv
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from domain.importing.source.refusal import UnreadableFileError

COLUMNS = ("line", "field", "code", "reason")


class RejectsFile:
    """Appears with the first reject; one that an earlier run left is removed at the beginning."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, line: int, field: str, code: str, reason: str) -> None:
        """Add one; raises ``UnreadableFileError`` where the file cannot be made."""
        if self._file is None:
            self._file = self._created()
            csv.writer(self._file).writerow(COLUMNS)
        csv.writer(self._file).writerow((line, field, code, reason))
        self.count += 1

    def _created(self) -> TextIO:
        try:
            return self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise UnreadableFileError(
                f"{self.path} cannot be written ({error.strerror}): name a directory with --rejects"
            ) from None
