"""Processes of the bench: server processes, and what runs on which core."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.bench.load import Server

SAME_HASHES = {"PYTHONHASHSEED": "0"}
"""What is kept without sealing is found by Python's own hashes (``plain.vault``)."""


@contextmanager
def serving(kind: str, given: dict[str, object], database: psutil.Process) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.server", kind, str(port), json.dumps(given)]
    environment = {**os.environ, **SAME_HASHES}
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    try:
        pin(process.pid, 0)
        _wait_for(port)
        yield Server(psutil.Process(process.pid), port, database)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(600):  # Neighbours may take most of the machine.
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not listen")


def pin(pid: int, core: int) -> None:
    if (os.cpu_count() or 1) > 1:
        psutil.Process(pid).cpu_affinity([core])
