"""Commands of ``farley``: run in this process, which has everything loaded, or in one of their own."""

import asyncio
import gc
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import structlog
import typer.main

from api.cli import main
from api.settings import embedded
from api.settings.embedded_place import Account


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def farley(home: Path, *words: str, given: str = "", **environment: str) -> Done:
    """A command from its words to its exit code; only the process around it is the test's own."""
    said, noted = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, _variables(home, environment)),
        patch.object(sys, "argv", ["farley", *words]),
        patch.object(sys, "stdin", io.StringIO(given)),
        redirect_stdout(said),
        redirect_stderr(noted),
        _process_wide(),
    ):
        code = _exit_code()
    return Done(code, said.getvalue(), noted.getvalue())


async def beside(home: Path, *words: str, given: str = "", **environment: str) -> Done:
    """The same in a thread, so that a server of the test goes on."""
    return await asyncio.to_thread(farley, home, *words, given=given, **environment)


def in_a_process(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same as a script uses it."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "api.cli", *words],
        env={**os.environ, **_variables(home, environment)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def running_database(home: Path) -> Iterator[None]:
    """The embedded database of ``home`` already runs, so that no command has to start and stop it."""
    cluster = embedded.start(home.resolve() / "postgresql", durable=False)
    try:
        yield
    finally:
        embedded.stop(cluster)


def _variables(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {"FARLEY_DATA_DIR": str(home), "NO_COLOR": "1", **more}


def _exit_code() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


_ONCE = {
    "typer.main.get_command": cache(typer.main.get_command),
    "api.settings.embedded_place.Account.can_enter": cache(Account.can_enter),
    "api.settings.embedded_place.Account.can_run": cache(Account.can_run),
}
"""What every command finds out anew, and a process of many commands but once."""


@contextmanager
def _process_wide() -> Iterator[None]:
    """What a command sets for its whole process holds until it ends."""
    configured, threshold = structlog.get_config(), gc.get_threshold()
    with ExitStack() as stack:
        stack.enter_context(patch("api.settings.logs.configure", _log_to_standard_error))
        for name, known in _ONCE.items():
            stack.enter_context(patch(name, known))
        try:
            yield
        finally:
            structlog.configure(**configured)
            gc.set_threshold(*threshold)


def _log_to_standard_error(*, development: bool) -> None:
    """Without the real one's cache of loggers, which would outlive the command."""
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
