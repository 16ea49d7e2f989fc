"""Opening of a file to import: a regular one, and the same from the first look to the last row."""

import os
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from domain.importing.source.refusal import UnreadableFileError

Version = tuple[int, int, int]
"""What tells one state of a file from another: where it lies, its size, when it was written."""


def is_there(path: Path) -> bool:
    """Whether a regular file has this path."""
    try:
        return path.is_file()
    except OSError:  # Such as a directory that may not be entered, or a name that is too long.
        return False


def opened(path: Path, known: Version | None = None) -> BinaryIO:
    """The file; raises ``UnreadableFileError`` where it cannot be read, or is not the known version."""
    try:
        if not S_ISREG(
            path.stat().st_mode
        ):  # A pipe would be waited for, and cannot be read twice.
            raise UnreadableFileError(f"{path} is no regular file: give the path of a CSV file")
        file = path.open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise UnreadableFileError(f"{path} cannot be read ({why}): check the path") from None
    if known is not None:
        try:
            require_same(path, file, known)
        except UnreadableFileError:
            file.close()
            raise
    return file


def version(file: BinaryIO) -> Version:
    """The state in which an open file is."""
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns


def require_same(path: Path, file: BinaryIO, known: Version) -> None:
    """Raise ``UnreadableFileError`` where somebody wrote to the file since."""
    if version(file) != known:
        raise changed(path)


def changed(path: Path) -> UnreadableFileError:
    """What is said of a file that is another one than at the beginning."""
    return UnreadableFileError(
        f"{path} changed while it was read: import it again when nobody writes to it. What was read"
        " before is in, and is found again"
    )
