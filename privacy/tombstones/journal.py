"""Journal: an append-only file of tombstones outside both databases.

Several processes append to it at once, each under the file's lock, in one write, and a tombstone counts
only once it is on the disk. What a crash left of a line was never confirmed, so it is passed over.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock

from privacy.tombstones import journal_lines as lines
from privacy.tombstones.journal_lines import Unreadable
from privacy.tombstones.tombstone import Extent, Key, Tombstone, by_key, digest

READ_BYTES = 1 << 20


class JournalError(Exception):
    """The journal is not there, or cannot be read or written: nobody's destruction is confirmed."""


class Journal:
    """One journal as one process knows it. Of each tombstone 8 bytes are remembered: 60 MB a million."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._forget()

    def __repr__(self) -> str:
        return f"Journal({len(self._known)})"

    @property
    def extent(self) -> Extent:
        """What it held when it was last read."""
        return Extent(len(self._known), self._digest)

    @property
    def is_missing(self) -> bool:
        """Whether there was no file when it was last read."""
        return self._inode is None

    def read(self) -> None:
        """Take in what was appended, by whomever; raises ``JournalError``."""
        with self._lock, _as_ours(self.path):
            try:
                file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                self._forget()
                return
            try:
                self._catch_up(file)
            finally:
                os.close(file)

    def entries(self) -> dict[Key, Tombstone]:
        """All its tombstones; raises ``JournalError``."""
        if not self.path.exists():
            return {}
        return read_journal(self.path)[0]

    def append(self, tombstones: Iterable[Tombstone], *, create: bool = False) -> int:
        """Write those that it lacks; returns how many, once they are on the disk.

        Raises ``JournalError``, also where there is no file, unless it is to be made: who begins a new
        journal forgets what was in the old one.
        """
        with self._lock, _as_ours(self.path), self._exclusively(create=create) as file:
            self._catch_up(file)
            new = [one for key, one in by_key(tombstones).items() if digest(key) not in self._known]
            if new:
                self._write(file, b"".join(map(lines.encoded, new)))
        return len(new)

    def acknowledge(self, at: datetime) -> None:
        """Say in it that somebody looked at what is damaged so far."""
        with self._lock, _as_ours(self.path), self._exclusively(create=False) as file:
            self._catch_up(file)
            self._write(file, lines.checked(at))

    def _forget(self) -> None:
        self._inode: tuple[int, int] | None = None
        self._offset = 0
        self._known: set[int] = set()
        self._digest = 0
        self._unchecked = 0
        self.torn = 0

    @property
    def damaged(self) -> int:
        """How many damaged lines nobody has looked at."""
        return self._unchecked

    @contextmanager
    def _exclusively(self, *, create: bool) -> Iterator[int]:
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        if create:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if create:
                os.fsync(file)
                _keep_name(self.path.parent)
            yield file
        finally:
            os.close(file)

    def _write(self, file: int, text: bytes) -> None:
        """One write, on a line of its own, and on the disk when this returns."""
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":
            text = b"\n" + text
        if os.write(file, text) != len(text):
            message = "the disk is full"
            raise JournalError(message)
        os.fsync(file)
        self._catch_up(file)

    def _catch_up(self, file: int) -> None:
        """Read from where the last whole line ended; from the beginning where it is another file."""
        status = os.fstat(file)
        inode = status.st_dev, status.st_ino
        if inode != self._inode or status.st_size < self._offset:
            self._forget()
            self._inode = inode
        while part := os.pread(file, READ_BYTES, self._offset):
            whole, end, _ = part.rpartition(b"\n")
            if not end:
                return
            self._take_in(whole)
            self._offset += len(whole) + 1

    def _take_in(self, text: bytes) -> None:
        for line in filter(None, text.split(b"\n")):
            match lines.decoded(line):
                case Tombstone() as one:
                    number = digest(one.key)
                    if number not in self._known:
                        self._known.add(number)
                        self._digest ^= number
                case Unreadable.CHECKED:
                    self._unchecked = 0
                case Unreadable.DAMAGED:
                    self._unchecked += 1
                case Unreadable.TORN:
                    self.torn += 1


def read_journal(path: Path) -> tuple[dict[Key, Tombstone], int, int]:
    """Any journal's tombstones, and how many of its lines are torn and damaged; raises ``JournalError``."""
    with _as_ours(path):
        text = path.read_bytes()
    found = [lines.decoded(line) for line in filter(None, text.split(b"\n"))]
    tombstones = by_key(one for one in found if isinstance(one, Tombstone))
    return tombstones, found.count(Unreadable.TORN), found.count(Unreadable.DAMAGED)


@contextmanager
def _as_ours(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{path}: {error.strerror or type(error).__name__}"
        raise JournalError(message) from error


def _keep_name(directory: Path) -> None:
    """A new file's name is on the disk once its directory is."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # Some file systems have no such thing.
            os.fsync(handle)
    finally:
        os.close(handle)
