"""Farley's memory over many requests: its own server, 16 connections, every query in turn."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.peers.dialect import QUERIES
from tests.bench.peers.entrant import NAME
from tests.bench.peers.place import HARNESS, PORT, PROJECT, environment, farley_environment, home

CONNECTIONS = 16
SLICE_SECONDS = 10


def soak(requests: int, token: str) -> None:
    """Print the resident memory of the server process as the requests are answered.

    The bodies are those of the last measurement: run one first.
    """
    bodies = home() / "farley" / "soak.jsonl"
    bodies.write_text("".join(_mixed()))
    done, bad = 0, 0
    with _serving() as server:
        print(f"{'requests':>9}  {'RSS MB':>6}", flush=True)
        print(f"{0:>9}  {_rss_mb(server.pid):>6.0f}", flush=True)
        while done < requests:
            answered = _loaded(bodies, token)
            done += answered["requests"]
            bad += answered["bad"] + answered["socket_errors"]
            print(f"{done:>9}  {_rss_mb(server.pid):>6.0f}", flush=True)
    print(f"bad answers: {bad}")


def _mixed() -> Iterator[str]:
    """Twenty points and one of each page in turn."""
    lines = {
        query: (home() / "bodies" / f"{NAME}.{query}.jsonl").read_text().splitlines(keepends=True)
        for query in QUERIES
    }
    points = lines.pop("Q1")
    for start in range(0, len(points), 20):
        yield from points[start : start + 20]
        for pages in lines.values():
            yield pages[start // 20 % len(pages)].rstrip("\n") + "\n"


@contextmanager
def _serving() -> Iterator[subprocess.Popen[bytes]]:
    command = ["taskset", "-c", environment()["PEERS_SERVER_CORE"]]
    command += [sys.executable, "-m", "tests.bench.peers.server"]
    given = {**os.environ, **farley_environment()}
    server = subprocess.Popen(command, cwd=PROJECT, env=given)  # noqa: S603 - our own command
    try:
        _await_ready()
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _await_ready() -> None:
    for _ in range(100):
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/healthz/ready"):
                return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def _loaded(bodies: Path, token: str) -> dict[str, int]:
    command = ["taskset", "-c", environment()["PEERS_DB_CORE"], "wrk", "-t1", f"-c{CONNECTIONS}"]
    command += [f"-d{SLICE_SECONDS}s", "--latency", "-s", str(HARNESS / "load.lua")]
    command += [f"http://127.0.0.1:{PORT}/graphql", "--", str(bodies), token]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command
    found = re.search(r"^JSON (\{.*\})$", printed, re.MULTILINE)
    if found is None:
        raise RuntimeError(printed)
    answered: dict[str, int] = json.loads(found[1])
    return answered


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
