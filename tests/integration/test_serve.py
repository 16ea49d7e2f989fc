"""``farley serve`` as a user runs it: a process of its own, over real HTTP."""

from pathlib import Path

import httpx

from tests.integration.running import CUSTOMERS, home, is_alive, serving

__all__ = ["home"]

COUNT = "{ customers(first: 0) { totalCount } }"


def test_ctrl_c_stops_everything_and_the_data_stay(home: Path) -> None:
    with serving(home) as running:
        assert set(running.tokens) >= {"sales", "support", "partner", "supplier", "admin"}
        assert running.ask(COUNT, "support")["customers"]["totalCount"] == int(CUSTOMERS)
        assert httpx.get(f"{running.url}/healthz/ready").status_code == 200
        family = running.family()
    assert running.process.returncode == 0
    assert not [process for process in family if is_alive(process)]
    with serving(home) as again:
        assert again.ask(COUNT, "support")["customers"]["totalCount"] == int(CUSTOMERS)
