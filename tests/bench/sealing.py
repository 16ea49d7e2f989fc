"""``python -m tests.bench.sealing``: what sealing costs, beside the same Farley that does not seal.

Three servers over the same customers are asked in turn, in the same run: a ratio is the median of those
of the rounds. Every read and write leaves its audit leaf in all three.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import asyncpg
import psutil

from tests.bench.importing import FAMILY, GIVEN
from tests.bench.load import Connection, Figures, Server, measure, request
from tests.bench.plain.modes import COLUMNS, FETCHING, PACKS, SEALED
from tests.bench.processes import pin
from tests.bench.sealing_import import measure_imports
from tests.bench.twins import Twin, twins

FIELDS = "id givenName familyName email phone address externalReferences { id }"
POINT = f"query($id: ID!) {{ node(id: $id) {{ ... on Customer {{ {FIELDS} }} }} }}"
PAGE = (
    "query($at: DateTime!) { customers(first: 50, filter: {createdAt: {lte: $at}})"
    f" {{ nodes {{ {FIELDS} }} }} }}"
)
CREATE = (
    "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) {"
    " customer { id } userErrors { code } } }"
)
UPDATE = (
    "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {"
    " customer { id } userErrors { code } } }"
)
RECORD = (
    "mutation($input: RecordInteractionInput!) { recordInteraction(input: $input) {"
    " interaction { id } userErrors { code } } }"
)
Messages = Callable[[], bytes]
"""Makes the next request."""


class Person(NamedTuple):
    id: str
    at: str
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One mode's server, who asks it, and whom for."""

    server: Server
    reader: str
    writer: str
    people: Sequence["Person"]
    """Six sealed fields."""
    demo: Sequence["Person"]
    """Up to twelve."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    messages: Callable[[Asked], Messages]
    goal: float
    connections: int
    only_reads: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--import-rows", type=int, default=100_000)
    options = parser.parse_args()
    measure_sealing(customers=options.customers, rounds=options.rounds, seconds=options.seconds)
    measure_imports(options.import_rows)


def measure_sealing(*, customers: int = 1_000, rounds: int, seconds: float) -> None:
    """Print a table of reads and writes."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="farley-bench-")))
        made, cluster = stack.enter_context(twins(home, (SEALED, PACKS, COLUMNS)))
        for twin in made:
            twin.fill(customers)
        pin(os.getpid(), 1)
        database = psutil.Process(cluster.pid)
        for process in [database, *database.children(recursive=True)]:
            pin(process.pid, 1)
        served = {t.mode: stack.enter_context(t.served(database)) for t in made}
        served[FETCHING] = stack.enter_context(made[0].served(database, FETCHING))
        asyncio.run(_measured(made, served, customers, rounds, seconds))
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


async def _measured(
    made: Sequence[Twin],
    served: Mapping[str, Server],
    people: int,
    rounds: int,
    seconds: float,
) -> None:
    asked = {twin.mode: await _asked(twin, served[twin.mode], people) for twin in made}
    sealed = asked[SEALED]
    asked[FETCHING] = replace(sealed, server=served[FETCHING])
    await _check_alike(asked)
    print(
        f"\n{people} customers of six fields and as many of the demo's, {rounds} rounds of {seconds:g} s;"
        " packs that are left open and a text column for each field beside it\n\n| what | connections"
        " | ms sealed / packs / columns | × packs | × columns (goal) | each round's | server CPU ms sealed"
        " / packs / columns | × packs | × columns | keys fetched each time, × columns |\n|"
        + "---|"
        * 10
    )
    for case in CASES:
        await _measure_case(case, asked, rounds, seconds)


async def _asked(twin: Twin, server: Server, count_: int) -> Asked:
    owner = await asyncpg.connect(twin.urls.main, server_settings={"farley.tenant": twin.tenant})
    rows = await owner.fetch(
        "SELECT c.id::text, c.created_at, c.version FROM customers c JOIN departments d"
        " ON d.tenant_id = c.tenant_id AND d.id = c.department_id WHERE d.code = 'SALES'"
        " AND c.kind = 'PERSON' ORDER BY c.created_at"
    )
    await owner.close()
    everybody = [Person(f"cus_{id_}", at.isoformat(), version) for id_, at, version in rows]
    people, demo = everybody[-count_:], everybody[:-count_]
    return Asked(server, await twin.token("compliance"), await twin.token("sales"), people, demo)


def _read(query: str, variables: Iterator[dict[str, Any]], token: str) -> Messages:
    messages = cycle([post(query, one, token) for one in variables])
    return lambda: next(messages)


def post(query: str, variables: Mapping[str, Any], token: str) -> bytes:
    body = json.dumps({"query": query, "variables": variables}).encode()
    return request("POST", "/graphql", body, token)


def _points(asked: Asked) -> Messages:
    return _read(POINT, ({"id": one.id} for one in asked.people), asked.reader)


def _pages(asked: Asked) -> Messages:
    return _read(PAGE, ({"at": one.at} for one in asked.people[50:]), asked.reader)


def _demo_pages(asked: Asked) -> Messages:
    return _read(PAGE, ({"at": one.at} for one in asked.demo[50:]), asked.reader)


def _creates(asked: Asked) -> Messages:
    numbers = count()
    return lambda: post(
        CREATE, {"input": {"kind": "PERSON", **a_person(next(numbers))}}, asked.writer
    )


def _updates(asked: Asked) -> Messages:
    waiting = deque((one.id, one.version) for one in asked.people)
    numbers = count()

    def message() -> bytes:
        id_, version = waiting.popleft()
        waiting.append((id_, version + 1))
        given = {"id": id_, "expectedVersion": version, **a_person(next(numbers))}
        return post(UPDATE, {"input": given}, asked.writer)

    return message


def _records(asked: Asked) -> Messages:
    def given(id_: str) -> dict[str, Any]:
        return {
            "customerId": id_,
            "channel": "PHONE",
            "direction": "INBOUND",
            "occurredAt": "2026-11-01T10:00:00+01:00",
            "subject": "Delivery",
            "body": "Asked about the delivery of order 4711 and wants to be called back.",
        }

    return _read(RECORD, ({"input": given(one.id)} for one in asked.people), asked.writer)


def a_person(number: int) -> dict[str, Any]:
    """Six sealed fields."""
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    points = {
        "EMAIL": f"person{number}@example.org",
        "PHONE": f"+4930{1_000_000 + number}",
        "POSTAL": f"Hauptstr. {number % 400}, 10115 Berlin",
        "WEB": f"https://example.org/{number}",
    }
    return {
        "givenName": given,
        "familyName": family,
        "contactPoints": [{"kind": kind, "value": value} for kind, value in points.items()],
    }


CASES = (
    Case("50 customers × 6 fields", _pages, 1.2, 16, only_reads=True),
    Case("50 customers × 6 fields", _pages, 1.2, 1, only_reads=True),
    Case("50 customers × 6 of 12 fields", _demo_pages, 1.2, 16, only_reads=True),
    Case("one customer × 6 fields", _points, 1.15, 16, only_reads=True),
    Case("one customer × 6 fields", _points, 1.15, 1, only_reads=True),
    Case("create a customer", _creates, 1.4, 16, only_reads=False),
    Case("create a customer", _creates, 1.4, 1, only_reads=False),
    Case("update a customer", _updates, 1.4, 16, only_reads=False),
    Case("record an interaction", _records, 1.4, 16, only_reads=False),
)


async def _check_alike(asked: Mapping[str, Asked]) -> None:
    """The same people in the same order, whoever is asked."""
    for read in (_pages, _demo_pages, _points):
        answers = {await _first_answer(one, read(one)) for one in asked.values()}
        assert len(answers) == 1


async def _first_answer(asked: Asked, messages: Messages) -> bytes:
    async with Connection(asked.server.port) as connection:
        return await connection.ask(messages())


async def _measure_case(
    case: Case, asked: Mapping[str, Asked], rounds: int, seconds: float
) -> None:
    found: dict[str, list[Figures]] = {mode: [] for mode in asked}
    modes = [mode for mode in asked if case.only_reads or mode != FETCHING]
    messages = {mode: case.messages(asked[mode]) for mode in modes}
    for number in range(rounds):
        turn = number % len(modes)
        for mode in (*modes[turn:], *modes[:turn]):
            figures = await measure(
                asked[mode].server, messages[mode], connections=case.connections, seconds=seconds
            )
            found[mode].append(figures)
    print(_row(case, found), flush=True)


def _row(case: Case, found: Mapping[str, Sequence[Figures]]) -> str:
    wall = {
        mode: [1000 / one.per_second * case.connections for one in all_]
        for mode, all_ in found.items()
    }
    cpu = {mode: [one.server_cpu_ms for one in all_] for mode, all_ in found.items()}
    shown = (SEALED, PACKS, COLUMNS)
    each = _ratios(wall, COLUMNS)
    return (
        "| "
        + " | ".join(
            (
                case.name,
                str(case.connections),
                " / ".join(f"{median(wall[mode]):.2f}" for mode in shown),
                f"{median(_ratios(wall, PACKS)):.2f}",
                f"{median(each):.2f} ({case.goal})",
                " ".join(f"{ratio:.2f}" for ratio in each),
                " / ".join(f"{median(cpu[mode]):.2f}" for mode in shown),
                f"{median(_ratios(cpu, PACKS)):.2f}",
                f"{median(_ratios(cpu, COLUMNS)):.2f}",
                f"{median(_ratios(wall, COLUMNS, FETCHING)):.2f}" if case.only_reads else "",
            )
        )
        + " |"
    )


def _ratios(values: Mapping[str, Sequence[float]], beside: str, mode: str = SEALED) -> list[float]:
    return [ours / theirs for ours, theirs in zip(values[mode], values[beside], strict=True)]


if __name__ == "__main__":
    main()
