from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from privacy.vault.key_files import KeyFileError, read_or_create


def test_all_who_start_at_once_read_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    keys = iter(bytes([number]) * 32 for number in range(100))
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: read_or_create(path, lambda: next(keys)), range(50)))
    assert len(set(read)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_key_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    read_or_create(path, lambda: b"secret")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="can be read by others") as refused:
        read_or_create(path, lambda: b"another")
    assert "secret" not in str(refused.value)


def test_a_key_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> bytes:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the very error
        read_or_create(tmp_path / "key", failing)
    assert list(tmp_path.iterdir()) == []
