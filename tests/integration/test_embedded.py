import asyncio
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from api.settings import embedded, embedded_place
from api.settings.embedded import EmbeddedCluster, EmbeddedUnavailableError

START_AND_DIE = """
import os, pathlib, signal, sys
from api.settings import embedded
print(embedded.start(pathlib.Path(sys.argv[1])).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="farley-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def cluster(home: Path) -> Iterator[EmbeddedCluster]:
    cluster = embedded.start(home / "data")
    yield cluster
    embedded.stop(cluster)


def ask(cluster: EmbeddedCluster, query: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(cluster.url("postgres"))
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def kill(pid: int) -> None:
    process = psutil.Process(pid)
    process.kill()
    psutil.wait_procs([process], timeout=10)


def start_and_die(data_dir: Path, *, at_once: int = 1) -> set[int]:
    command = [sys.executable, "-c", START_AND_DIE, str(data_dir)]
    starters = [
        subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  # Our own program.
        for _ in range(at_once)
    ]
    pids = {int(starter.communicate(timeout=60)[0]) for starter in starters}
    assert {starter.returncode for starter in starters} == {-signal.SIGKILL}
    return pids


def test_only_its_user_can_reach_it(cluster: EmbeddedCluster) -> None:
    assert ask(cluster, "show listen_addresses") == ""
    assert ask(cluster, "select inet_server_addr() is null") is True
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    assert cluster.socket_dir.stat().st_uid == psutil.Process(cluster.pid).uids().real


def test_an_interrupt_of_the_terminal_does_not_reach_it(cluster: EmbeddedCluster) -> None:
    assert os.getsid(cluster.pid) != os.getsid(0)
    assert os.getpgid(cluster.pid) != os.getpgid(0)


def test_a_failed_statement_leaves_no_value_in_the_log(cluster: EmbeddedCluster) -> None:
    ask(cluster, "create table person (email text primary key)")
    ask(cluster, "insert into person values ('ada@example.org')")
    with pytest.raises(asyncpg.UniqueViolationError):
        ask(cluster, "insert into person values ('ada@example.org')")
    log = (cluster.data_dir / "server.log").read_text()
    assert "duplicate key" in log
    assert "ada@example.org" not in log


def test_the_last_one_out_stops_it(home: Path) -> None:
    first = embedded.start(home / "data", durable=False)
    second = embedded.start(home / "data", durable=False)
    assert second.pid == first.pid
    embedded.stop(first)
    assert ask(second, "select 1") == 1
    embedded.stop(second)
    assert not (home / "data" / "postmaster.pid").exists()
    embedded.stop(second)


def test_a_server_whose_starter_was_killed_is_adopted(home: Path) -> None:
    pids = start_and_die(home / "data")
    cluster = embedded.start(home / "data")
    assert {cluster.pid} == pids
    embedded.stop(cluster)
    assert not (home / "data" / "postmaster.pid").exists()


def test_two_that_start_at_once_share_it(home: Path) -> None:
    pids = start_and_die(home / "data", at_once=2)
    assert len(pids) == 1
    embedded.stop(embedded.start(home / "data"))


def test_a_killed_server_keeps_what_was_committed(home: Path, cluster: EmbeddedCluster) -> None:
    ask(cluster, "create table kept as select 7 as value")
    kill(cluster.pid)
    again = embedded.start(home / "data")
    assert again.pid != cluster.pid
    assert ask(again, "select value from kept") == 7
    embedded.stop(again)


def test_a_stale_note_that_names_a_living_stranger_is_no_rival(
    home: Path, cluster: EmbeddedCluster
) -> None:
    kill(cluster.pid)
    stranger = home / "data" / "postmaster.pid"
    lines = stranger.read_text().splitlines()
    stranger.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    again = embedded.start(home / "data")
    assert ask(again, "select 1") == 1
    embedded.stop(again)


def test_a_killed_initdb_is_begun_anew(home: Path) -> None:
    (home / "data.making").mkdir()
    (home / "data.making" / "PG_VERSION").write_text("18\n")
    cluster = embedded.start(home / "data", durable=False)
    assert ask(cluster, "select 1") == 1
    embedded.stop(cluster)
    assert not (home / "data.making").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path) -> None:
    cluster = embedded.start(home / ("deep" * 25) / "a place's data", durable=False)
    assert ask(cluster, "select 1") == 1
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    embedded.stop(cluster)
    assert not cluster.socket_dir.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as somebody else")
def test_a_directory_closed_to_its_account_holds_a_link(home: Path) -> None:
    home.chmod(0o700)
    cluster = embedded.start(home / "data", durable=False)
    real = cluster.data_dir.resolve()
    assert ask(cluster, "select 1") == 1
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert real.is_relative_to(embedded_place.ROOTS_PLACE)
    embedded.stop(cluster)
    again = embedded.start(home / "data", durable=False)
    assert again.data_dir.resolve() == real
    embedded.stop(again)
    shutil.rmtree(real.parent)


def test_a_missing_package_is_said_plainly(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedUnavailableError, match="FARLEY_DATABASE_URL"):
        embedded.start(home / "data")
