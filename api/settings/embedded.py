"""Embedded PostgreSQL: for trying Farley out, and for tests.

Only the package's programs are used. The server is a session of its own: a Ctrl-C for us does not
reach it, and it outlives a kill of ours, to be adopted at the next start. Each starter holds a
lease, which dies with it; the last one out stops the server.
"""

import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from api.settings.embedded_place import (
    SOCKET_NAME,
    Account,
    EmbeddedUnavailableError,
    account_for,
    programs,
    settle,
    socket_dir_for,
)

__all__ = ["EmbeddedCluster", "EmbeddedUnavailableError", "start", "stop"]

START_TIMEOUT_S = 60
START_ATTEMPTS = 10  # The backends of a killed server hold its shared memory for a moment.
LOG_TAIL_LINES = 10

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failed statement, or the DETAIL of its error, may hold personal values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class EmbeddedCluster:
    data_dir: Path
    socket_dir: Path
    pid: int
    bin_dir: Path
    lease: BinaryIO = field(repr=False, compare=False)

    def url(self, database: str, user: str = "postgres") -> str:
        """For asyncpg; the port only names the socket, there is no TCP."""
        who, where = quote(user, safe=""), quote(database, safe="")
        return f"postgresql://{who}@/{where}?host={quote(str(self.socket_dir))}&port=5432"


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedCluster:
    """Start the cluster in `data_dir`, making it if it is new, or adopt the server that runs it."""
    data_dir = data_dir.absolute()
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with _exclusively(data_dir):
        real = settle(data_dir)
        account = account_for(real)
        bin_dir = programs(account)
        if not (real / "PG_VERSION").exists():
            _make(real, account, bin_dir, durable=durable)
        if _postmaster(real) is None:
            _launch(real, account, bin_dir, durable=durable)
        pid, socket_dir = _await_ready(real)
        return EmbeddedCluster(data_dir, socket_dir, pid, bin_dir, _take_lease(data_dir))


def stop(cluster: EmbeddedCluster) -> None:
    """Give up our lease and, if nobody else holds one, shut the server down cleanly."""
    with _exclusively(cluster.data_dir):
        cluster.lease.close()
        real = cluster.data_dir.resolve()
        if _is_leased(cluster.data_dir) or _postmaster(real) is None:
            return
        stopping = ["stop", f"--pgdata={real}", "--mode=fast", "--wait"]
        result = account_for(real).run(cluster.bin_dir / "pg_ctl", *stopping)
        if result.returncode != 0:
            raise EmbeddedUnavailableError(result.stdout.decode(errors="replace"))
        if cluster.socket_dir != real:
            shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def _make(real: Path, account: Account, bin_dir: Path, *, durable: bool) -> None:
    # Elsewhere first: a killed initdb leaves a directory that looks like a cluster and is none.
    making = real.with_name(f"{real.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    os.chown(making, account.uid, account.gid)
    result = account.run(
        bin_dir / "initdb",
        f"--pgdata={making}",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",  # The socket's directory is closed to everybody else.
        "--auth-host=reject",
        *([] if durable else ["--no-sync"]),
    )
    if result.returncode != 0:
        raise EmbeddedUnavailableError(result.stdout.decode(errors="replace"))
    making.rename(real)


def _launch(real: Path, account: Account, bin_dir: Path, *, durable: bool) -> None:
    socket_dir = socket_dir_for(real, account)
    settings = SETTINGS | ({} if durable else NOT_DURABLE)
    settings["unix_socket_directories"] = f'"{socket_dir}"'
    options = shlex.join(f"--{name}={value}" for name, value in settings.items())
    log = real / "server.log"
    starting = ["start", f"--pgdata={real}", f"--log={log}", f"--options={options}"]
    starting += ["--wait", f"--timeout={START_TIMEOUT_S}"]
    for _ in range(START_ATTEMPTS):
        _forget_dead_postmaster(real)
        if account.run(bin_dir / "pg_ctl", *starting).returncode == 0:
            return
        time.sleep(0.3)
    raise EmbeddedUnavailableError(_said(log))


def _forget_dead_postmaster(real: Path) -> None:
    # The number in these files may be another process's by now, which PostgreSQL would take for a
    # rival. A rival that does live it still finds, by its shared memory.
    for name in ("postmaster.pid", f"{SOCKET_NAME}.lock"):
        (real / name).unlink(missing_ok=True)


def _said(log: Path) -> str:
    last = log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:] if log.exists() else []
    return "\n".join([f"The embedded PostgreSQL did not start. {log} ends with:", *last])


def _postmaster(real: Path) -> int | None:
    """The process that serves this cluster now; PostgreSQL's own note of it may be stale."""
    import psutil  # noqa: PLC0415 - asked where there is such a note only

    try:
        pid = int(_note(real)[0])
        command = psutil.Process(pid).cmdline()
    except (IndexError, ValueError, psutil.Error):
        return None
    return pid if command[1:3] == ["-D", str(real)] else None


def _await_ready(real: Path) -> tuple[int, Path]:
    deadline = time.monotonic() + START_TIMEOUT_S
    while (pid := _postmaster(real)) and time.monotonic() < deadline:
        # https://www.postgresql.org/docs/18/storage-file-layout.html: pid, directory, start, port,
        # socket directory, address, shared memory, status.
        match _note(real):
            case [_, _, _, _, socket_dir, _, _, status] if status.strip() == "ready":
                return pid, Path(socket_dir)
        time.sleep(0.05)
    raise EmbeddedUnavailableError(_said(real / "server.log"))


def _note(real: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return (real / "postmaster.pid").read_text().splitlines()
    return []


@contextmanager
def _exclusively(data_dir: Path) -> Iterator[None]:
    with _opened(data_dir.with_name(f"{data_dir.name}.lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_lease(data_dir: Path) -> BinaryIO:
    lease = _opened(_lease_path(data_dir))
    fcntl.flock(lease, fcntl.LOCK_SH)
    return lease


def _is_leased(data_dir: Path) -> bool:
    with _opened(_lease_path(data_dir)) as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lease_path(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}.lease")


def _opened(path: Path) -> BinaryIO:
    # Read-only, so that root and an ordinary user can lock the same file.
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644), "rb")
