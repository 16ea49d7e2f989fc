"""Worker process of ``farley serve``: a process of its own, started again whenever it ends."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import structlog

from api.settings.back_off import BackOff

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "api.cli", "worker", "--with-parent")
PAUSE_SECONDS = 0.5
PAUSE_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0


@contextmanager
def kept_working(*, stop_seconds: float, command: Sequence[str] = COMMAND) -> Iterator[None]:
    """A worker runs as long as the block; then it may finish its job for ``stop_seconds``."""
    keeper = _Keeper(command)
    thread = threading.Thread(target=keeper.keep, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join(stop_seconds)
        keeper.kill()
        thread.join()


class _Keeper:
    """Starts the process and waits for it, in a thread.

    Its standard input is a pipe from here: when this process dies, however it dies, the worker stops.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    def keep(self) -> None:
        back_off = BackOff(PAUSE_SECONDS, PAUSE_SECONDS_MAX, STEADY_SECONDS)
        while (process := self._started()) is not None:
            began = monotonic()
            code = process.wait()
            if process.stdin:
                process.stdin.close()
            if self._ending.is_set():
                return
            pause = back_off.after(monotonic() - began)
            log.error("worker.ended", code=code, again_in_seconds=pause)
            self._ending.wait(pause)

    def end(self) -> None:
        """No new one; the one that runs is told to stop."""
        with self._starting:
            self._ending.set()
            if self._process is not None and self._process.stdin:
                self._process.stdin.close()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._ending.is_set():
                return None
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.PIPE, start_new_session=True
            )
            return self._process
