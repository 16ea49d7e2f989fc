"""``python -m tests.bench.questions``: the least time of one question of each kind, and of some mutations.

All in one process: milliseconds as a clock has them, and of CPU without PostgreSQL's. A second version is
measured by its own copy of this file, in turn with the first: ``--json`` writes what ``--beside`` compares.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from api.cli.records.demo import make_demo
from api.runtime.wiring import services
from api.settings.databases import databases, migrate
from api.settings.settings import Settings
from domain.settings.tenants import tenant_id
from tests.api import Api
from tests.builders import a_department

TIMES = 9
Figures = dict[str, tuple[float, float]]

FILTERS: Mapping[str, str] = {
    "text": 'timeZone: {eq: "Europe/Berlin"}',
    "part of a text": 'timeZone: {contains: "berl"}',
    "beginning of a text": 'language: {startsWith: "d"}',
    "one of": 'country: {in: ["DE", "IT"]}',
    "whole name": 'name: {eq: "Anna Rossi"}',
    "beginning of a name": 'name: {startsWith: "an"}',
    "words of a name": 'name: {hasWords: "ann ros"}',
    "name nearly alike": 'name: {matches: "ana rosi"}',
    "e-mail": 'email: {eq: "nobody@example.com"}',
    "telephone": 'phone: {eq: "030 1234567"}',
    "external reference": 'externalReference: {eq: {system: "x", id: "y"}}',
    "tags": 'tags: {hasAny: ["vip"]}',
    "reference": "owner: {is: {active: {eq: true}}}",
    "relation": "interactions: {some: {channel: {eq: EMAIL}}}",
    "time from now": 'createdAt: {withinLast: "P3650D"}',
    "not": "not: {kind: {eq: PERSON}}",
}
ORDERS = ("CREATED_AT", "LANGUAGE", "TIME_ZONE", "COUNTRY", "NAME")
SEARCHED = ("anna", "anna rossi", "invoice", "+49 30 1234567", "nobody@example.com", "zzzzqq")
OTHERS: Mapping[str, str] = {
    "count": "{ customers(first: 0) { totalCount } }",
    "groups": "{ customerGroups(first: 20, by: [{field: COUNTRY}]) { groups { count } } }",
    "timeline": "{ customers(first: 10) { nodes { timeline(first: 10) { nodes { kind } } } } }",
    "overview": "{ customers(first: 10) { nodes { overview { freshness { ageSeconds } } } } }",
    "network": "{ customers(first: 3) { nodes { network(depth: 2, first: 10) { nodes { distance } } } } }",
    "who is calling": '{ interactionsByContactPoint(phone: "+49 30 1234567", first: 10) { nodes { id } } }',
    "interactions": "{ interactions(first: 50) { nodes { subject body customer { name } } } }",
    "opportunities": "{ opportunities(first: 50) { nodes { title amount stage { name } } } }",
    "members": "{ members(first: 50) { nodes { name } } }",
    "partner accounts": "{ partnerAccounts(first: 50, orderBy: [{field: NAME}]) { nodes { name } } }",
    "viewer": "{ viewer { purposes } }",
}


def questions() -> Iterator[tuple[str, str]]:
    """One question of each kind, with its name."""
    for order in ORDERS:
        yield f"order by {order}", _customers(f"orderBy: [{{field: {order}}}]")
    for name, filter_ in FILTERS.items():
        yield f"filter by {name}", _customers(f"filter: {{{filter_}}}")
    for text in SEARCHED:
        given = json.dumps(text)
        yield (
            f"search {text}",
            f"{{ search(query: {given}, first: 10) {{ hits {{ __typename }} }} }}",
        )
    yield from OTHERS.items()


def _customers(arguments: str) -> str:
    return f"{{ customers(first: 50, {arguments}) {{ nodes {{ id name }} pageInfo {{ endCursor }} }} }}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--beside", type=Path, help="figures of another version")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as home:
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False, throttle_limit=1_000_000_000)
        with databases(settings) as urls:
            migrate(urls)
            found = asyncio.run(_measured(settings, urls, options.customers))
    if options.json:
        options.json.write_text(json.dumps(found))
    _print(found, json.loads(options.beside.read_text()) if options.beside else {})


async def _measured(settings: Settings, urls: Any, customers: int) -> Figures:
    found: Figures = {}
    async with services(settings, urls) as connected:
        await make_demo(connected, customers, seed=1)
        tenant = tenant_id(settings.tenant)
        async with Api.started(settings, urls, connected, tenant) as api:
            for name, text in questions():
                # Another version may not know the question.
                with suppress(AssertionError):
                    found[name] = await _least(lambda text=text: api.data(text, as_="support"))  # type: ignore[misc]  # bound now
            for name, change in await _changes(api):
                found[name] = await _least(change)
    return found


async def _changes(api: Api) -> list[tuple[str, Callable[[], Awaitable[Any]]]]:
    numbers, sales = count(), a_department(api, "SALES")

    async def create() -> dict[str, Any]:
        number = next(numbers)
        points = [
            {"kind": "EMAIL", "value": f"anna{number}@example.com"},
            {"kind": "PHONE", "value": f"+49 30 1{number:06d}"},
        ]
        made = await api.mutate(
            "createCustomer",
            "customer { id version }",
            as_="sales",
            kind="PERSON",
            givenName="Anna Maria",
            familyName=f"van der Berg {number}",
            departmentId=sales,
            country="DE",
            contactPoints=points,
        )
        return dict(made["customer"])

    customer = await create()

    async def update() -> None:
        done = await api.mutate(
            "updateCustomer",
            "customer { version }",
            as_="sales",
            id=customer["id"],
            expectedVersion=customer["version"],
            givenName=f"Anna {next(numbers)}",
        )
        customer["version"] = done["customer"]["version"]

    async def record() -> None:
        await api.mutate(
            "recordInteraction",
            "interaction { id }",
            as_="sales",
            customerId=customer["id"],
            channel="EMAIL",
            direction="INBOUND",
            occurredAt="2026-01-01T00:00:00Z",
            subject="A question",
            body="I would like to know what this costs. " * 10,
        )

    return [
        ("create a customer", create),
        ("update one", update),
        ("record an interaction", record),
    ]


async def _least(ask: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    await ask()
    found = []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        await ask()
        found.append((time.perf_counter() - began, time.process_time() - used))
    return min(wall for wall, _ in found) * 1000, min(cpu for _, cpu in found) * 1000


def _print(found: Figures, beside: Mapping[str, list[float]]) -> None:
    print("| question | ms | CPU ms | ms beside | CPU ms beside |\n|---|---|---|---|---|")
    for name, (wall, cpu) in found.items():
        other = "".join(f" {figure:.1f} |" for figure in beside.get(name, ())) or " | |"
        print(f"| {name} | {wall:.1f} | {cpu:.1f} |{other}")


if __name__ == "__main__":
    main()
