"""Install, load, measure, print. What is done already is left out; the loaded data stay in PEERS_HOME,
one pair of databases for each size.

Other options are the harness's own: ``--rounds``, ``--seconds``, ``--peers``, ``--queries``, ``--conns``.
"""

import argparse
import os
import subprocess
import sys
import time

from tests.bench.peers.entrant import bench_with_farley
from tests.bench.peers.place import HARNESS, environment, farley_environment, home
from tests.bench.peers.prepare import Size, install, load, set_up, token, trust
from tests.bench.peers.soak import soak

CUSTOMERS = 100_000
PEERS = "postgraphile5-pgSettings,rows-pii-granian,farley"
QUERIES = "Q1,Q2,Q3,Q4,Q5,Q8"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--prepare", action="store_true", help="do not measure")
    parser.add_argument("--serve", action="store_true", help="only run Farley's server, on core 0")
    parser.add_argument("--soak", type=int, help="watch Farley's memory over so many requests")
    parser.add_argument("--reload", action="store_true", help="load Farley's databases anew")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--histories", type=int, help="how many, the newest, have a history")
    options, theirs = parser.parse_known_args()
    if not HARNESS.is_dir():
        sys.exit(f"{HARNESS} is not there: the peers are measured where it lies beside the project")
    if options.customers != CUSTOMERS:
        os.environ["PEERS_PG_DB"] = f"crm_{options.customers}"
    install()
    histories = options.customers if options.histories is None else options.histories
    size = Size(options.customers, histories)
    set_up(size)
    load(size, anew=options.reload)
    if options.serve:
        _serve()
    elif options.soak:
        soak(options.soak, token())
    elif not options.prepare:
        _measure(theirs)


def _serve() -> None:
    """In this process's place; the token is printed first."""
    print(token(), flush=True)
    os.sched_setaffinity(0, {int(environment()["PEERS_SERVER_CORE"])})
    command = [sys.executable, "-m", "tests.bench.peers.server"]
    os.execve(sys.executable, command, {**os.environ, **farley_environment()})  # noqa: S606 - our own command


def _measure(theirs: list[str]) -> None:
    results = home() / f"farley-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    os.environ.update(environment())
    os.sched_setaffinity(0, {int(environment()["PEERS_DB_CORE"])})
    sys.argv = ["bench.py", "--peers", PEERS, "--queries", QUERIES, "--out", str(results), *theirs]
    bench_with_farley(token(), trust()).main()
    print(f"\n{results}")
    if results.exists():
        subprocess.run([sys.executable, HARNESS / "report.py", results], check=True)  # noqa: S603 - the harness's own


if __name__ == "__main__":
    main()
