"""Rejects file: line, field, code, reason and column of what was not imported, and no value of it."""

import csv
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from domain.importing.source.refusal import UnreadableFileError

COLUMNS = ("line", "field", "code", "reason", "column")


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """What the files tell of one row."""

    line: int
    field: str
    code: str
    reason: str
    column: str = ""


class RowsFile:
    """Appears with the first row told; one that an earlier run left is removed at the beginning.

    Rows are gathered and written by line with each ``flush``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._told: list[Told] = []
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

    def tell(self, told: Told) -> None:
        """Gather one."""
        self._told.append(told)

    def flush(self) -> None:
        """Write what was gathered; raises ``UnreadableFileError`` where the file cannot be made."""
        if not self._told:
            return
        if self._file is None:
            self._file = self._created()
            csv.writer(self._file).writerow(COLUMNS)
        csv.writer(self._file).writerows(map(astuple, sorted(self._told)))
        self._file.flush()
        self.lines += len(self._told)
        self._told.clear()

    def _created(self) -> TextIO:
        try:
            return self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise UnreadableFileError(
                f"{self.path} cannot be written ({error.strerror}): name a directory with --rejects"
            ) from None
