"""``farley serve`` whose processes are killed: a worker is started again, and no answer is taken back."""

import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.integration.running import START_SECONDS, Running, home, is_alive, serving

pytestmark = pytest.mark.proof

__all__ = ["home"]


def _worker(running: Running, but: psutil.Process | None = None) -> psutil.Process:
    """The server's only child, waited for: it is started while the tokens are printed."""
    own = psutil.Process(running.process.pid)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for child in own.children():
            if child != but and is_alive(child):
                return child
        time.sleep(0.1)
    raise AssertionError("no worker was started")


CREATE = """mutation($input: CreateCustomerInput!) { createCustomer(input: $input)
    { customer { id name version } userErrors { code } } }"""
READ = "query($id: ID!) { node(id: $id) { ... on Customer { name version } } }"
INPUT = {"kind": "PERSON", "givenName": "Grace", "familyName": "Hopper"}


def test_a_killed_worker_is_started_again(home: Path) -> None:
    with serving(home) as running:
        worker = _worker(running)
        worker.kill()
        assert _worker(running, but=worker).pid != worker.pid
        assert httpx.get(f"{running.url}/healthz/ready").json()["status"] == "ready"
    assert running.process.returncode == 0


def test_killing_everything_loses_nothing_that_was_answered(home: Path) -> None:
    with serving(home) as running:
        ids = [
            running.ask(CREATE, "sales", input=INPUT)["createCustomer"]["customer"]["id"]
            for _ in range(5)
        ]
        for process in running.family():
            process.kill()
        running.process.wait()
    with serving(home) as again:
        for id_ in ids:
            node = again.ask(READ, "sales", id=id_)["node"]
            assert node == {"name": "Grace Hopper", "version": 1}
