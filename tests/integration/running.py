"""``farley serve`` in a process of its own, with its worker and its PostgreSQL."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import httpx
import psutil
import pytest

from tests.cluster import a_home

START_SECONDS = 90
CUSTOMERS = "20"


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[str]
    url: str
    tokens: dict[str, str]
    home: Path

    def ask(self, query: str, as_: str, **variables: Any) -> dict[str, Any]:
        response = httpx.post(
            f"{self.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.tokens[as_]}"},
            timeout=20,
        )
        answer: dict[str, Any] = response.json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def family(self) -> list[psutil.Process]:
        """The server, its worker, and PostgreSQL with all its processes."""
        postmaster = psutil.Process(_postmaster_pid(self.home))
        own = psutil.Process(self.process.pid)
        return [own, *own.children(), postmaster, *postmaster.children(recursive=True)]


def is_alive(process: psutil.Process) -> bool:
    """A zombie only waits for a container's first process to look at it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _postmaster_pid(home: Path) -> int:
    return int((home / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.fixture
def home() -> Iterator[Path]:
    with a_home("farley-serve-") as path:
        yield path


@contextmanager
def serving(home: Path) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "FARLEY_DATA_DIR": str(home),
        "FARLEY_PORT": str(port),
        "FARLEY_DEMO_CUSTOMERS": CUSTOMERS,
    }
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env=environment,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    terminal = os.fdopen(ours)
    try:
        yield Running(process, f"http://127.0.0.1:{port}", _tokens(terminal), home)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(START_SECONDS)
        terminal.close()


def _tokens(terminal: TextIO) -> dict[str, str]:
    """What the start prints on a terminal: one line with the URL, then a name and a token a line."""
    tokens: dict[str, str] = {}
    for line in terminal:
        name, _, token = line.partition(" ")
        if token.strip().startswith("eyJ"):
            tokens[name] = token.strip()
        if name == "supplier":
            break
    return tokens
