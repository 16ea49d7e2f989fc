"""Files and directories are searched as they lie there, compressed or not."""

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from privacy.leak_scan.files import PIECE_BYTES, search_path
from privacy.leak_scan.report import Find, Report
from privacy.leak_scan.scanner import Scanner
from privacy.leak_scan.sought_values import SoughtValue

SCANNER = Scanner([SoughtValue(7, "Zéphirine Quetzal")])
NAME = "Zéphirine Quetzal".encode()


def searched(path: Path) -> Report:
    report = Report()
    search_path(SCANNER, path, report)
    return report


def places(report: Report) -> list[tuple[str, str, int]]:
    return [(find.place, find.first, find.count) for find in report.finds()]


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["plain", "gz", "bz2", "xz"]
)
def test_a_file_is_searched_as_what_it_holds(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(pack(b"line\n" * 400_000 + NAME + b"\nmore " + NAME.lower()))
    report = searched(log)
    assert places(report) == [(str(log), "line 400001", 2)]
    assert list(report.finds()) == [Find(7, str(log), "text", "line 400001", 2)]
    assert (report.files, report.unread) == (1, [])


def test_a_value_across_two_pieces_is_found(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    for before in range(PIECE_BYTES - len(NAME), PIECE_BYTES + 1, 3):
        log.write_bytes(b"x" * before + NAME)
        assert [count for *_, count in places(searched(log))] == [1]


def test_a_directory_is_searched_with_all_below_it(tmp_path: Path) -> None:
    for name in ("a.log", "deep/er/b.log", "deep/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\n" + NAME if name != "a.log" else b"")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "c.txt")
    report = searched(tmp_path)
    deep = tmp_path / "deep"
    assert places(report) == [
        (str(deep / "c.txt"), "line 2", 1),
        (str(deep / "er" / "b.log"), "line 2", 1),
    ]
    assert report.files == 3


def test_a_file_named_after_a_value_is_called_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "letter to zéphirine quetzal.txt").write_bytes(NAME)
    report = searched(tmp_path)
    assert places(report) == [(f"{tmp_path}/#2", "its name", 2)]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    for name, data in (
        ("cut.gz", gzip.compress(NAME * 9)[:-9]),
        ("bad.xz", b"\xfd7zXZ\0" + NAME),
        ("bad.bz2", b"BZ" + NAME),
    ):
        (tmp_path / name).write_bytes(data)
    report = searched(tmp_path)
    assert sorted(report.unread) == sorted(
        str(tmp_path / name) for name in ("cut.gz", "bad.xz", "bad.bz2")
    )
    assert report.files == 0


def test_what_is_compressed_within_counts_as_not_read(tmp_path: Path) -> None:
    for name, start in (
        ("a.dump", b"PGDMP"),
        ("b.zip", b"PK\x03\x04"),
        ("c.zst", b"\x28\xb5\x2f\xfd"),
    ):
        (tmp_path / name).write_bytes(start + b"\1\2\3" * 9)
    report = searched(tmp_path)
    assert report.unread == [str(tmp_path / name) for name in ("a.dump", "b.zip", "c.zst")]
    assert report.files == 0


def test_finds_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("privacy.leak_scan.report.FINDS_MAX", 2)
    for number in range(5):
        (tmp_path / str(number)).write_bytes(NAME)
    report = searched(tmp_path)
    assert (len(list(report.finds())), report.more, report.found) == (2, 3, True)
