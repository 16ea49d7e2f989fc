"""``farley import`` as a user runs it: customers with name, e-mail, telephone and address, all sealed."""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

MAPPING = """
system: bench
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        department: {constant: SALES}
        fields:
          kind: {constant: PERSON}
          lifecycle: {constant: LEAD}
          given_name: given
          family_name: family
          country: {column: country, transform: [country]}
        contact_points:
          - {kind: EMAIL, value: email, preferred: true}
          - {kind: PHONE, value: phone}
          - {kind: POSTAL, value: {join: [street, {join: [zip, city]}], separator: ", "}}
"""
COLUMNS = ["id", "given", "family", "email", "phone", "street", "zip", "city", "country"]
GIVEN = ("Anna", "Bruno", "Carla", "David", "Elena", "Inês", "Jörg", "María", "Nils", "Zoé")
FAMILY = ("Müller", "González", "Rossi", "Dubois", "Smith", "Nowak", "Silva")


def measure_import(rows: int) -> None:
    """Print a table: the first import, and a second one that changes nothing."""
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as name:
        home = Path(name)
        home.chmod(0o711)
        (home / "people.yaml").write_text(MAPPING)
        with (home / "people.csv").open("w", newline="") as file:
            csv.writer(file).writerows(people(range(rows)))
        _farley(home, "init", "--admin", "bench")
        print("\n| import | seconds | rows/s | CPU s of `farley import` |\n|---|---|---|---|")
        for run in ("first", "second, nothing changed"):
            _print(run, rows, home)


def people(numbers: Iterable[int]) -> Iterator[list[str]]:
    """The lines of a file."""
    yield COLUMNS
    for n in numbers:
        given, family = GIVEN[n % len(GIVEN)], FAMILY[n % len(FAMILY)]
        address = [f"Hauptstr. {n % 400}", f"{10_000 + n % 80_000}", "Berlin", "Germany"]
        yield [
            f"P{n}",
            given,
            family,
            f"person{n}@example.org",
            f"+49 30 {1_000_000 + n}",
            *address,
        ]


def _print(run: str, rows: int, home: Path) -> None:
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    _farley(home, "import", "--mapping", str(home / "people.yaml"), str(home / "people.csv"))
    seconds, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"| {rows} customers, {run} | {seconds:.1f} | {rows / seconds:.0f} | {cpu:.1f} |",
        flush=True,
    )


def _farley(home: Path, *words: str) -> None:
    environment = {**os.environ, "FARLEY_DATA_DIR": str(home / "data")}
    command = [sys.executable, "-m", "api.cli", *words]
    subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
