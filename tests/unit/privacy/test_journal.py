"""The journal of tombstones: appended to by several processes, cut off by crashes, damaged by disks."""

import multiprocessing
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy.tombstones.journal import Journal, JournalError, read_journal
from privacy.tombstones.journal_lines import LENGTH, Unreadable, checked, decoded, encoded
from privacy.tombstones.tombstone import Extent, Tombstone, TombstoneKind, digest

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PROCESSES, EACH = 4, 40


def a_tombstone(number: int, kind: TombstoneKind = TombstoneKind.ERASED) -> Tombstone:
    return Tombstone(str(uuid.UUID(int=1)), str(uuid.UUID(int=number)), kind, AT)


ONE, TWO, THREE = map(a_tombstone, (11, 12, 13))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "there" / "tombstones.journal"


@pytest.fixture
def journal(path: Path) -> Journal:
    made = Journal(path)
    made.append([ONE, TWO], create=True)
    return made


@pytest.mark.parametrize("kind", TombstoneKind)
def test_a_line_says_what_it_was_made_of(kind: TombstoneKind) -> None:
    line = encoded(a_tombstone(7, kind))
    assert (line[-1:], len(line)) == (b"\n", LENGTH + 1)
    assert decoded(line[:-1]) == a_tombstone(7, kind)


def test_the_format_is_what_older_versions_wrote() -> None:
    line = (
        b"farley1 E 2026-11-22T12:00:00Z 00000000-0000-0000-0000-000000000001"
        b" 00000000-0000-0000-0000-00000000000b 9eb140b2e0576611"
    )
    assert encoded(ONE) == line + b"\n"
    assert decoded(line) == ONE
    assert digest(ONE.key) == 1859892367502803369


@pytest.mark.parametrize("length", range(LENGTH))
def test_a_line_that_was_cut_off_is_torn(length: int) -> None:
    line = encoded(ONE)[:length]
    assert decoded(line) is Unreadable.TORN
    assert decoded(line + bytes(LENGTH)) is Unreadable.TORN


@pytest.mark.parametrize("place", range(LENGTH))
def test_a_line_of_which_a_bit_changed_is_damaged(place: int) -> None:
    line = bytearray(encoded(ONE)[:-1])
    line[place] ^= 1
    assert decoded(bytes(line)) is Unreadable.DAMAGED


def test_two_lines_in_one_are_damaged_and_a_checked_one_is_nobodys() -> None:
    line = encoded(ONE)[:-1]
    assert decoded(line + line) is Unreadable.DAMAGED
    assert decoded(checked(AT)[:-1]) is Unreadable.CHECKED


def test_what_was_appended_is_read_by_others_and_kept_once(journal: Journal, path: Path) -> None:
    other = Journal(path)
    assert other.append([TWO, THREE, THREE]) == 1
    journal.read()
    assert (
        journal.extent
        == other.extent
        == Extent(3, digest(ONE.key) ^ digest(TWO.key) ^ digest(THREE.key))
    )
    assert [*journal.entries().values()] == [ONE, TWO, THREE]
    assert path.read_bytes() == b"".join(map(encoded, (ONE, TWO, THREE)))


def test_only_its_owner_may_read_it(journal: Journal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("length", [1, 40, LENGTH - 1])
def test_after_a_torn_line_the_next_begins_on_its_own(
    journal: Journal, path: Path, length: int
) -> None:
    with path.open("ab") as file:
        file.write(encoded(THREE)[:length])
    journal.read()
    assert journal.extent.count == 2
    assert journal.append([THREE]) == 1
    assert (journal.extent.count, journal.torn, journal.damaged) == (3, 1, 0)
    fresh = Journal(path)
    fresh.read()
    assert (fresh.extent, fresh.torn) == (journal.extent, 1)
    assert read_journal(path) == (journal.entries(), 1, 0)


def test_a_line_without_its_end_counts_once_there_is_one(journal: Journal, path: Path) -> None:
    with path.open("ab") as file:
        file.write(encoded(THREE)[:-1])
    journal.read()
    assert journal.extent.count == 2
    journal.append([a_tombstone(14)])
    assert (journal.extent.count, journal.torn) == (4, 0)


def test_a_damaged_line_is_counted_until_somebody_looked(journal: Journal, path: Path) -> None:
    text = bytearray(path.read_bytes())
    text[50] ^= 1
    path.write_bytes(text)
    fresh = Journal(path)
    fresh.read()
    assert (fresh.extent.count, fresh.damaged) == (1, 1)
    fresh.acknowledge(AT)
    assert fresh.damaged == 0
    again = Journal(path)
    again.read()
    assert (again.extent.count, again.damaged) == (1, 0)


def test_a_missing_journal_is_not_begun_anew_by_appending(journal: Journal, path: Path) -> None:
    path.unlink()
    with pytest.raises(JournalError):
        journal.append([THREE])
    assert not path.exists()
    journal.read()
    assert (journal.is_missing, journal.extent) == (True, Extent(0, 0))
    journal.append([THREE], create=True)
    assert (journal.is_missing, journal.extent.count) == (False, 1)


def test_another_file_in_its_place_is_read_from_its_beginning(journal: Journal, path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(encoded(THREE))
    other.rename(path)
    journal.read()
    assert journal.extent == Extent(1, digest(THREE.key))
    path.write_bytes(b"")
    journal.read()
    assert journal.extent == Extent(0, 0)


def test_a_full_disk_confirms_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.write", lambda _file, text: len(text) - 1)
    with pytest.raises(JournalError, match="full"):
        journal.append([THREE])
    monkeypatch.undo()
    journal.read()
    assert journal.extent.count == 2


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError):
        Journal(tmp_path / "file" / "journal").append([ONE], create=True)


def _append(path: Path, first: int) -> None:
    journal = Journal(path)
    for number in range(first, first + EACH):
        journal.append([a_tombstone(number), a_tombstone(1_000_000 + number % EACH)], create=True)


def test_processes_that_append_at_once_lose_and_double_nothing(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    running = [
        context.Process(target=_append, args=(path, EACH * number)) for number in range(PROCESSES)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * PROCESSES
    journal = Journal(path)
    journal.read()
    assert journal.extent.count == PROCESSES * EACH + EACH
    assert (journal.torn, journal.damaged) == (0, 0)
    assert len(path.read_bytes()) == journal.extent.count * (LENGTH + 1)
