"""``python -m tests.bench.search_modes``: what each mode of names costs, and what a thief could guess.

The rows are made anew from one mode into the next, as ``farley search-modes set`` does it. Then as many
texts as ``--texts`` stand in the clear, and parts of them are looked for.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg

from api.cli.records.demo import make_demo
from api.runtime.wiring import Services, services
from api.settings.databases import Urls, databases, migrate
from api.settings.embedded import start, stop
from api.settings.roles_and_databases import MAIN
from api.settings.settings import Settings
from domain.keys.apply_search_mode import Remake
from domain.searching.modes import SearchMode
from domain.searching.spelling.folding import lines, spelled
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.settings.tenants import tenant_id
from domain.writing.unit_of_work import unit_of_work
from tests.bench.fuzzy import _guess_demo, _shares
from tests.bench.fuzzy_rows import Admin, load
from tests.bench.guessing import measure_guessing, shares
from tests.bench.population import Population

NAME = "customer.person_name"
SIZES = """SELECT avg(cardinality(tokens))::float8, pg_relation_size('ix_search_tokens_tokens')::float8,
    (SELECT pg_relation_size('ix_search_texts_text')::float8),
    (SELECT pg_table_size('search_texts')::float8) FROM search_tokens"""
PARTS = 300
People = Sequence[tuple[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--texts", type=int, default=1_000_000)
    options = parser.parse_args()
    population = Population.made(1)
    people = population.people(options.people, 2)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="farley-bench-")))
        home.chmod(0o711)
        settings = Settings(data_dir=home, development=False)
        urls = stack.enter_context(databases(settings))
        migrate(urls)
        cluster = start(settings.data_dir / "postgresql")
        stack.callback(stop, cluster)
        asyncio.run(_run(settings, urls, cluster.url(MAIN), people, population, options.texts))
    known = shares(chain(_shares(population.surnames), _shares(population.given_names)))
    measure_guessing(people, known, "The population of the bench")
    _guess_demo()


async def _run(
    settings: Settings,
    urls: Urls,
    admin_url: str,
    people: People,
    population: Population,
    texts: int,
) -> None:
    admin = await asyncpg.connect(admin_url)
    async with services(settings, urls) as connected:
        await make_demo(connected, 1, seed=1)
        await load(admin, connected, tenant_id(settings.tenant), people)
        print("\n| mode | tokens a row | index of tokens | of texts | texts | ms a row anew |")
        print("|---|---|---|---|---|---|")
        for mode in (SearchMode.EXACT, SearchMode.FUZZY, SearchMode.PLAIN):
            began = time.perf_counter()
            done = await _remade(connected, mode)
            each_ms = (time.perf_counter() - began) * 1e3 / max(1, done)
            await admin.execute("VACUUM FULL search_tokens, search_texts")
            (tokens, *sizes), *_ = map(tuple, await admin.fetch(SIZES))
            shown = [f"{tokens:.1f}", *(f"{size / len(people):.0f} B" for size in sizes)]
            print(f"| {mode} | {' | '.join(shown)} | {each_ms:.2f} |", flush=True)
        more = population.people(max(0, texts - len(people)), 5)
        await _in_the_clear(admin, tenant_id(settings.tenant), more)
        await _find(connected, tenant_id(settings.tenant), people)
    await admin.close()


async def _remade(connected: Services, mode: SearchMode) -> int:
    caller, region = await connected.acting(tenant_id(connected.settings.tenant))
    async with unit_of_work(connected.stores, caller, region) as work:
        await set_search_mode(SetSearchMode(NAME, mode), work)
    return await Remake(connected.stores, caller, region).run(NAME)


async def _in_the_clear(admin: Admin, tenant: str, people: People) -> None:
    await admin.execute("DROP INDEX ix_search_texts_text")
    rows = [
        (tenant, id_, NAME, id_, "\n".join(lines(" ".join(name))))
        for name in people
        for id_ in [uuid4()]
    ]
    names = ("tenant_id", "row_id", "field", "customer_id", "text")
    await admin.copy_records_to_table("search_texts", records=rows, columns=names)
    await admin.execute(
        "CREATE INDEX ix_search_texts_text ON search_texts USING gin (text gin_trgm_ops)"
    )
    await admin.execute("VACUUM ANALYZE search_texts")


async def _find(connected: Services, tenant: str, people: People) -> None:
    """Parts from the middle of surnames, of three letters and of five."""
    rng = Random(7)
    for length in (3, 5):
        times: list[float] = []
        found: list[int] = []
        while len(times) < PARTS:
            (word, *_) = spelled(people[rng.randrange(len(people))][1])
            if len(word) < length + 2:
                continue
            at = rng.randrange(1, len(word) - length)
            pattern = [[f"%{word[at : at + length]}%", None]]
            began = time.perf_counter()
            rows = await connected.pool.fetch(
                tenant, "SELECT count(*) FROM farley_find($1, $2, $3)", tenant, NAME, pattern
            )
            times.append((time.perf_counter() - began) * 1e3)
            found.append(rows[0][0])
        p50, p95 = (sorted(times)[int(PARTS * p)] for p in (0.5, 0.95))
        rows50, rows95 = (sorted(found)[int(PARTS * p)] for p in (0.5, 0.95))
        print(f"parts of {length}: {p50:.1f} / {p95:.1f} ms, {rows50} / {rows95} rows (p50 / p95)")


if __name__ == "__main__":
    main()
