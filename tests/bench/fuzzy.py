"""``python -m tests.bench.fuzzy``: names that are misspelt, among 1,000,000 that are sealed.

The same names stand unsealed in another table with pg_trgm's GIN index, to compare with. Every name
is asked for as a caller does it: ten nearest and how many there are, planned, opened and ranked.
"""

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, cast

import asyncpg
from graphql import parse

from api.cli.records.demo import make_demo
from api.graphql.planning.reads import Reads
from api.runtime.wiring import services
from api.settings.databases import Urls, databases, migrate
from api.settings.embedded import start, stop
from api.settings.roles_and_databases import MAIN
from api.settings.settings import Settings
from domain.demo.values.names import person_name
from domain.directory.principals import principal_named
from domain.searching.spelling.folding import folded
from domain.searching.words import words
from domain.settings.tenants import tenant_id
from privacy.database import TenantPool
from tests.bench.fuzzy_rows import Admin, load
from tests.bench.guessing import measure_guessing, shares
from tests.bench.misspelling import Slip, misspelt, slips
from tests.bench.population import LOCALES, Frequencies, Population
from tests.reference.compiled import SCHEMA, Compiled

FIRST = 10
DOCUMENT = parse(
    """query($name: String!) { customers(first: 10, filter: {name: {matches: $name}}) {
         totalCount nodes { name } } }"""
)
BY_WHOLE = "SELECT name FROM plain WHERE name % $1 ORDER BY similarity(name, $1) DESC LIMIT 10"
BY_WORD = "SELECT name FROM plain WHERE $1 <<% name ORDER BY strict_word_similarity($1, name) DESC LIMIT 10"
People = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Wanted:
    """Words of a name, and how somebody wrote them."""

    meant: Sequence[str]
    slip: Slip
    written: str

    def is_among(self, names: Sequence[str]) -> bool:
        return any(set(self.meant) <= {*_words(name)} for name in names)


@dataclass
class Figures:
    """Of one way to ask."""

    found: list[bool] = field(default_factory=list)
    by_slip: dict[Slip, list[bool]] = field(default_factory=lambda: defaultdict(list))
    database: list[float] = field(default_factory=list)
    overall: list[float] = field(default_factory=list)
    matching: list[int] = field(default_factory=list)
    refused: int = 0

    def row(self, name: str) -> str:
        slips_ = " / ".join(f"{_share(self.by_slip[slip]):.2f}" for slip in Slip)
        times = [f"{_at(s, p):.1f}" for s in (self.database, self.overall) for p in (0.5, 0.95)]
        matching = f"{_at(self.matching, 0.5):.0f} / {_at(self.matching, 0.95):.0f}"
        shown = (f"{_share(self.found):.3f}", slips_, *times, matching, str(self.refused))
        return f"| {name} | {' | '.join(shown)} |"


class TimedPool:
    """The pool with a watch: how long the statements of a request take."""

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self.seconds = 0.0

    async def fetch(self, tenant: str, sql: str, *arguments: Any) -> Any:
        began = time.perf_counter()
        rows = await self._pool.fetch(tenant, sql, *arguments)
        self.seconds += time.perf_counter() - began
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--home", type=Path, help="keep the databases here, for another run")
    parser.add_argument("--only-queries", action="store_true", help="guess no surnames")
    options = parser.parse_args()
    population = Population.made(1)
    people = population.people(options.people, 2)
    with ExitStack() as stack:
        home = options.home
        if home is None:
            made = tempfile.TemporaryDirectory(prefix="farley-bench-")
            home = Path(stack.enter_context(made))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        settings = Settings(data_dir=home, development=False)
        urls = stack.enter_context(databases(settings))
        migrate(urls)
        cluster = start(settings.data_dir / "postgresql")
        stack.callback(stop, cluster)
        asyncio.run(_run(settings, urls, cluster.url(MAIN), people, options.queries))
    if options.only_queries:
        return
    known = shares(chain(_shares(population.surnames), _shares(population.given_names)))
    measure_guessing(people, known, "The population of the bench")
    _guess_demo()


async def _run(
    settings: Settings, urls: Urls, admin_url: str, people: People, queries: int
) -> None:
    admin = await asyncpg.connect(admin_url)
    tenant = tenant_id(settings.tenant)
    async with services(settings, urls) as connected:
        if await admin.fetchval("SELECT to_regclass('plain')") is None:
            await make_demo(connected, 1, seed=1)
            await load(admin, connected, tenant, people)
        principal = await principal_named(connected.pool, tenant, "support")
        caller = await connected.caller(principal, "support")
        pool = TimedPool(connected.pool)
        timed = replace(connected, pool=cast("TenantPool", pool))
        compiled = Compiled(timed, Reads(SCHEMA, caller.registry), caller, "DE", datetime.now(UTC))
        print(
            f"\n{len(people)} people, {queries} names of each kind\n\n| asked for | found among the first"
            f" {FIRST} | {' / '.join(Slip)} | ms in the database, p50 | p95 | ms over all, p50 | p95"
            " | matching, p50 / p95 | refused |\n|---|---|---|---|---|---|---|---|---|"
        )
        for name, is_whole in (("given and family name", True), ("family name", False)):
            wanted = list(_wanted(people, queries, is_whole=is_whole))
            sql = BY_WHOLE if is_whole else BY_WORD
            for when in ("first time", "again"):
                ours = await _measured(wanted, partial(_ours, compiled, pool))
                print(ours.row(f"Farley, {name}, {when}"), flush=True)
                theirs = await _measured(wanted, partial(_theirs, admin, sql))
                print(theirs.row(f"pg_trgm, {name}, {when}"), flush=True)
    await admin.close()


Answer = tuple[Sequence[str], int, float, float] | None
"""The first names, how many match, and the seconds in the database and over all."""


async def _measured(wanted: Sequence[Wanted], ask: Callable[[str], Awaitable[Answer]]) -> Figures:
    figures = Figures()
    for one in (wanted[0], *wanted):  # The first makes the plan.
        answer = await ask(one.written)
        if answer is None:
            figures.refused += 1
            continue
        names, matching, database, overall = answer
        figures.found.append(one.is_among(names))
        figures.by_slip[one.slip].append(one.is_among(names))
        figures.database.append(database * 1e3)
        figures.overall.append(overall * 1e3)
        figures.matching.append(matching)
    return figures


async def _ours(compiled: Compiled, pool: TimedPool, text: str) -> Answer:
    pool.seconds, began = 0.0, time.perf_counter()
    answer = await compiled.planned(DOCUMENT, {"name": text})
    overall = time.perf_counter() - began
    if answer.refused:
        return None
    found = (answer.data or {})["customers"]
    names = [node["name"] for node in found["nodes"]]
    return names, found["totalCount"], pool.seconds, overall


async def _theirs(admin: Admin, sql: str, text: str) -> Answer:
    began = time.perf_counter()
    rows = await admin.fetch(sql, text)
    seconds = time.perf_counter() - began
    return [row["name"] for row in rows], len(rows), seconds, seconds


def _wanted(people: People, count: int, *, is_whole: bool) -> Iterator[Wanted]:
    rng = Random(5)
    while count:
        given, family = people[rng.randrange(len(people))]
        meant = _words(f"{given} {family}" if is_whole else family)
        if any(len(word) < 3 or not word.isalpha() for word in meant):
            continue
        slip, place = slips(rng), rng.randrange(len(meant))
        written = [*meant]
        written[place] = misspelt(written[place], slip, rng)
        yield Wanted(meant, slip, " ".join(written))
        count -= 1


def _words(name: str) -> list[str]:
    return [word.text for word in words(folded(name))]


# --- guessing ---------------------------------------------------------------------------------------


def _guess_demo() -> None:
    """The demo company's names, by somebody who has Faker too."""
    drawn = [_demo_people(count, seed) for count, seed in ((2_000, 1), (100_000, 2))]
    known = shares((name, 1 / len(drawn[1])) for person in drawn[1] for name in person)
    measure_guessing(drawn[0], known, "Names as the demo has them")


def _demo_people(count: int, seed: int) -> list[tuple[str, str]]:
    rng = Random(seed)
    names = (person_name(rng, LOCALES[n % len(LOCALES)]) for n in range(count))
    return [(name.given, name.family) for name in names]


def _shares(names: Frequencies) -> Iterator[tuple[str, float]]:
    before = 0.0
    for name, sum_ in zip(names.names, names.sums, strict=True):
        yield name, (sum_ - before) / names.sums[-1]
        before = sum_


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _at(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)] if values else 0.0


if __name__ == "__main__":
    main()
