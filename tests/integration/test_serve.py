"""``farley serve`` as a user runs it: a process of its own, over real HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
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


def _is_alive(process: psutil.Process) -> bool:
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
def _serving(home: Path) -> Iterator[Running]:
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


def _worker(running: Running, but: psutil.Process | None = None) -> psutil.Process:
    """The server's only child, waited for: it is started while the tokens are printed."""
    own = psutil.Process(running.process.pid)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for child in own.children():
            if child != but and _is_alive(child):
                return child
        time.sleep(0.1)
    raise AssertionError("no worker was started")


CREATE = """mutation($input: CreateCustomerInput!) { createCustomer(input: $input)
    { customer { id name version } userErrors { code } } }"""
READ = "query($id: ID!) { node(id: $id) { ... on Customer { name version } } }"
COUNT = "{ customers(first: 0) { totalCount } }"
INPUT = {"kind": "PERSON", "givenName": "Grace", "familyName": "Hopper"}


def test_ctrl_c_stops_everything_and_the_data_stay(home: Path) -> None:
    with _serving(home) as running:
        assert set(running.tokens) >= {"sales", "support", "partner", "supplier", "admin"}
        assert running.ask(COUNT, "support")["customers"]["totalCount"] == int(CUSTOMERS)
        assert httpx.get(f"{running.url}/healthz/ready").status_code == 200
        family = running.family()
    assert running.process.returncode == 0
    assert not [process for process in family if _is_alive(process)]
    with _serving(home) as again:
        assert again.ask(COUNT, "support")["customers"]["totalCount"] == int(CUSTOMERS)


def test_a_killed_worker_is_started_again(home: Path) -> None:
    with _serving(home) as running:
        worker = _worker(running)
        worker.kill()
        assert _worker(running, but=worker).pid != worker.pid
        assert httpx.get(f"{running.url}/healthz/ready").json()["status"] == "ready"
    assert running.process.returncode == 0


def test_killing_everything_loses_nothing_that_was_answered(home: Path) -> None:
    with _serving(home) as running:
        ids = [
            running.ask(CREATE, "sales", input=INPUT)["createCustomer"]["customer"]["id"]
            for _ in range(5)
        ]
        for process in running.family():
            process.kill()
        running.process.wait()
    with _serving(home) as again:
        for id_ in ids:
            node = again.ask(READ, "sales", id=id_)["node"]
            assert node == {"name": "Grace Hopper", "version": 1}
