"""Scan of files: logs, dumps, whatever lies in a directory; compressed ones as what they hold."""

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from privacy.leak_scan.report import Report
from privacy.leak_scan.scanner import Scanner, Stream

PIECE_BYTES = 1024 * 1024

_OPENERS: Mapping[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZ": bz2.open,
    b"\xfd7": lzma.open,
}
_CLOSED = (b"PGDMP", b"PK\x03\x04", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")
"""How files begin that are compressed within: pg_dump's own format, zip, 7z, zstd, lz4."""
_UNREADABLE = (OSError, EOFError, zlib.error, lzma.LZMAError)


def search_path(scanner: Scanner, path: Path, report: Report) -> None:
    """Search a file, or every file in and below a directory; links within it are not followed.

    The names of files are searched too; a file whose name holds a value is called by its number.
    """
    if not path.is_dir():
        _search(scanner, path, str(path), report)
        return
    for number, file in enumerate(_below(path, report), 1):
        place = str(file)
        name = os.fsencode(file.relative_to(path))
        for _, meaning in scanner.in_values([name]):
            place = f"{path}{os.sep}#{number}"
            report.add(place, "its name", meaning)
        _search(scanner, file, place, report)


def _below(path: Path, report: Report) -> Iterator[Path]:
    def unread(_: OSError) -> None:
        report.unread.append(f"a directory below {path}")

    for directory, inner, names in os.walk(path, onerror=unread):
        inner.sort()
        files = (Path(directory, name) for name in sorted(names))
        yield from (file for file in files if file.is_file() and not file.is_symlink())


def _search(scanner: Scanner, path: Path, place: str, report: Report) -> None:
    stream = Stream(scanner)
    try:
        with path.open("rb") as file:
            if file.peek(8).startswith(_CLOSED):
                report.unread.append(place)
                return
            for piece in _pieces(file):
                report.size += len(piece)
                for line, meaning in stream.feed(piece):
                    report.add(place, f"line {line}", meaning)
    except _UNREADABLE:
        report.unread.append(place)
    else:
        report.files += 1


def _pieces(file: BufferedReader) -> Iterator[bytes]:
    if (opener := _OPENERS.get(file.peek(2)[:2])) is not None:
        with closing(opener(file)) as plain:
            yield from iter(lambda: plain.read(PIECE_BYTES), b"")
    else:
        yield from iter(lambda: file.read(PIECE_BYTES), b"")
