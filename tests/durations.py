"""Durations of test modules, measured and committed: the longest begin first, so that all workers end
together."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("durations.txt")
LISTED_SECONDS = 1.0


def longest_first(items: list[pytest.Item]) -> None:
    """Modules that are not listed come last, in their order."""
    seconds = _listed()
    items.sort(key=lambda item: -seconds.get(_module(item.nodeid), 0.0))


def write(reports: Iterable[pytest.TestReport]) -> None:
    """``make durations``: what a run has taken, in seconds by module; what it did not run keeps its own."""
    ran: dict[str, float] = defaultdict(float)
    for report in reports:
        ran[_module(report.nodeid)] += report.duration
    there = {module: s for module, s in _listed().items() if (FILE.parents[1] / module).exists()}
    taken = {**there, **ran}
    longest = sorted(taken.items(), key=lambda one: (-one[1], one[0]))
    lines = [f"{s:.0f} {module}\n" for module, s in longest if s >= LISTED_SECONDS]
    FILE.write_text("".join(lines))


def _listed() -> dict[str, float]:
    lines = (line.split() for line in FILE.read_text().splitlines())
    return {module: float(seconds) for seconds, module in lines}


def _module(nodeid: str) -> str:
    return nodeid.partition("::")[0]
