"""How much sealing adds to ``farley import``: the same files, sealed and not, in turn."""

import csv
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from tests.bench.importing import MAPPING, people
from tests.bench.plain.modes import COLUMNS, PACKS, SEALED
from tests.bench.twins import Twin, twins

MODES = SEALED, PACKS, COLUMNS
ROUNDS = 4
Took = tuple[float, float]
"""Seconds, and those of the CPU that the command took."""


def measure_imports(customers: int) -> None:
    """Print a table: a quarter of the customers at a time, each mode in turn; without what an import
    of nobody takes.
    """
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as name:
        home = Path(name)
        size = customers // ROUNDS
        nobody = _file(home, range(0))
        files = [_file(home, range(n * size, (n + 1) * size)) for n in range(ROUNDS)]
        with twins(home, MODES) as (made, _):
            for twin in made:
                twin.fill(0)
                twin.run("farley", "init", "--admin", "bench")
                _import(twin, home, nobody)  # Whatever is made once is.
            idle = {twin.mode: _import(twin, home, nobody) for twin in made}
            took: dict[str, list[Took]] = {mode: [] for mode in MODES}
            for number, file in enumerate(files):
                turn = number % len(made)
                for twin in (*made[turn:], *made[:turn]):
                    seconds, cpu = _import(twin, home, file)
                    begun = idle[twin.mode]
                    took[twin.mode].append((seconds - begun[0], cpu - begun[1]))
        _print(size * ROUNDS, took)


def _file(home: Path, numbers: range) -> Path:
    (home / "people.yaml").write_text(MAPPING)
    place = home / f"{numbers.start}-{numbers.stop}"
    place.mkdir(exist_ok=True)
    path = place / "people.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(people(numbers))
    return path


def _import(twin: Twin, home: Path, file: Path) -> Took:
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    twin.run("farley", "import", "--mapping", str(home / "people.yaml"), str(file))
    seconds, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _print(customers: int, took: dict[str, list[Took]]) -> None:
    print(
        f"\n| import of {customers} customers, {ROUNDS} rounds | seconds sealed / packs / columns |"
        " added to packs | added to columns (goal 30 %) | each round's |\n|---|---|---|---|---|"
    )
    for what, place in (("wall time", 0), ("CPU of `farley import`", 1)):
        sums = [sum(one[place] for one in took[mode]) for mode in MODES]
        added = {
            mode: [ours[place] / theirs[place] - 1 for ours, theirs in _pairs(took, mode)]
            for mode in (PACKS, COLUMNS)
        }
        print(
            f"| {what} | {' / '.join(f'{s:.1f}' for s in sums)} | {median(added[PACKS]):.0%}"
            f" | {median(added[COLUMNS]):.0%} | {' '.join(f'{a:.0%}' for a in added[COLUMNS])} |",
            flush=True,
        )


def _pairs(took: dict[str, list[Took]], mode: str) -> list[tuple[Took, Took]]:
    return list(zip(took[SEALED], took[mode], strict=True))
