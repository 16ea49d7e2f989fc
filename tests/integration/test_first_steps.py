"""First steps: the page is run as it stands, from a new tenant to a query from another origin."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "first-steps.md").read_text()
COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
FILE = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)[0]
QUERY = re.findall(r"query: `(.*?)`", PAGE, re.DOTALL)[0]
NUMBER = re.findall(r'number: "(.*?)"', PAGE)[0]
ORIGIN = "http://localhost:3000"


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="farley-first-") as name:
        path = Path(name)
        path.chmod(0o711)
        farley = path / "bin" / "farley"
        farley.parent.mkdir()
        farley.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m api.cli "$@"\n')
        farley.chmod(0o755)
        yield path


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("FARLEY_")}
    return {
        **ours,
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def shell(home: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the page's own commands
        ["/bin/sh", "-e", "-c", script],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def serving(home: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        cwd=home,
        env=environment(home, FARLEY_PORT=str(port), FARLEY_TENANT="acme"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _await(f"{url}/healthz/ready")
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _await(url: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise TimeoutError(url)


def ask(url: str, token: str) -> dict[str, Any]:
    """As a browser asks for a page of another origin: first whether it may."""
    wanted = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    may = httpx.options(f"{url}/graphql", headers=wanted)
    assert may.headers["access-control-allow-origin"] == ORIGIN
    answer = httpx.post(
        f"{url}/graphql",
        headers={"Origin": ORIGIN, "Authorization": f"Bearer {token}"},
        json={"query": QUERY, "variables": {"number": NUMBER}},
        timeout=30,
    )
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    return dict(answer.json())


def test_the_first_steps_lead_to_a_customer_on_a_page(home: Path) -> None:
    (home / "customers.csv").write_text(FILE)
    making, importing, token = COMMANDS
    done = shell(home, making + importing)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("3 records created") == 2  # Once as a check, once in earnest.
    with serving(home) as url:
        printed = shell(home, f"export FARLEY_TENANT=acme\n{token}")
        assert printed.returncode == 0, printed.stderr
        answer = ask(url, printed.stdout.strip())
    (found,) = answer["data"]["customers"]["nodes"]
    assert found["name"] == "Jean-Luc O’Brien"
    assert found["country"] == "FR"
