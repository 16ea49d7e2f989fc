"""Key files: secrets made once, whole or not at all, for the owner's eyes only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


class KeyFileError(Exception):
    """The file can be read by others; names the path, never what is in it."""


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a file with mode 0600, which ``make`` fills where it is missing.

    Of several processes that start at once, one makes the file and all read the same; a crash leaves no
    half of one. Raises ``KeyFileError``.
    """
    if not path.exists():
        _create(path, make())
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} can be read by others: chmod 600 it")
    return path.read_bytes()


def _create(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _link(draft, path)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path) -> None:
    """Unlike a renaming, a link never replaces the file of whoever was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
