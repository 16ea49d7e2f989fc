"""Who is reached from a customer: never by way of a relationship or a customer that is not shown."""

import random
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest

from domain.tables import customers
from policy.rules import Effect, Rule
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    add_rules,
    another_tenant,
    put,
    relate,
)
from tests.statements import counted

TYPES = ("WORKS_FOR", "PART_OF", "HOUSEHOLD", "REFERRED_BY")
NETWORK = """query($id: ID!, $depth: Int!, $types: [RelationshipType!], $first: Int, $after: String,
    $last: Int, $before: String) { node(id: $id) { __typename ... on Customer { network(depth: $depth,
    types: $types, first: $first, after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { distance path { type inverse } customer { id } } } } } } }"""

Step = tuple[str, bool]
Edge = tuple[str, str, str]
Member = tuple[int, str, tuple[Step, ...]]


async def page(api: Api, customer: str, as_: str, depth: int, **arguments: Any) -> dict[str, Any]:
    given = {"id": customer, "depth": depth, **arguments}
    data = await api.data(NETWORK, as_=as_, **given)
    assert_as_graphql_has_it(NETWORK, data, given)
    return dict(data["node"]["network"])


def members(found: dict[str, Any]) -> list[Member]:
    nodes = [edge["node"] for edge in found["edges"]]
    return [
        (
            node["distance"],
            node["customer"]["id"],
            tuple((step["type"], step["inverse"]) for step in node["path"]),
        )
        for node in nodes
    ]


class Graph:
    """The same worked out slowly: rings around a customer, by all their ways."""

    def __init__(self, edges: list[Edge], shown: set[str]) -> None:
        self.ways: dict[str, list[tuple[Step, str]]] = defaultdict(list)
        for type_, from_, to in edges:
            if {from_, to} <= shown:
                self.ways[from_].append(((type_, False), to))
                self.ways[to].append(((type_, True), from_))

    def members(self, start: str, depth: int, types: tuple[str, ...] = TYPES) -> list[Member]:
        ring: dict[str, set[tuple[Step, ...]]] = {start: {()}}
        met, found = {start}, []
        for distance in range(1, depth + 1):
            further: dict[str, set[tuple[Step, ...]]] = defaultdict(set)
            for here, paths in ring.items():
                for step, there in self.ways[here]:
                    if there not in met and step[0] in types:
                        further[there] |= {(*path, step) for path in paths}
            met |= further.keys()
            ring = dict(further)
            found += [(distance, id_, min(paths, key=_as_text)) for id_, paths in ring.items()]
        return sorted(found, key=lambda member: member[:2])


def _as_text(path: tuple[Step, ...]) -> list[str]:
    return ["<" * inverse + type_ for type_, inverse in path]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    """Another tenant, whose sales staff see the customers of their own department only."""
    other = await another_tenant(api, "network")
    where = "not own_department"
    await add_rules(
        other, Rule("SALES:MEMBER", "customer", "read", "sales", where, (), Effect.DENY)
    )
    return other


@pytest.fixture(scope="module")
async def people(company: Api) -> dict[str, str]:
    """Twenty customers and their departments."""
    found = {}
    for number in range(20):
        department = "SUPPORT" if number % 4 == 3 else "SALES"
        id_ = await a_customer(company, as_="sales")
        if department == "SUPPORT":
            await put(company, customers, id_, department_id=a_department(company, department)[4:])
        found[id_] = department
    return found


@pytest.fixture(scope="module")
async def edges(company: Api, people: dict[str, str]) -> list[Edge]:
    chance, ids = random.Random(7), list(people)
    found: set[Edge] = set()
    while len(found) < 32:
        from_, to = chance.sample(ids, 2)
        found.add((chance.choice(TYPES), from_, to))
    for edge in sorted(found):
        await relate(company, *edge)
    return sorted(found)


def shown(people: dict[str, str], as_: str) -> set[str]:
    return {id_ for id_, code in people.items() if as_ != "sales" or code == "SALES"}


@pytest.mark.parametrize("as_", ["sales", "compliance"])
async def test_it_reaches_whom_the_caller_can_reach_by_a_shortest_way(
    company: Api, people: dict[str, str], edges: list[Edge], as_: str
) -> None:
    graph = Graph(edges, shown(people, as_))
    longest = 0
    for start in sorted(shown(people, as_))[::3]:
        for depth in (1, 2, 3, 4):
            found = await page(company, start, as_, depth, first=100)
            expected = graph.members(start, depth)
            assert [member[:2] for member in members(found)] == [m[:2] for m in expected]
            assert [member[2] for member in members(found)] == [m[2] for m in expected]
            assert found["totalCount"] == len(expected)
            longest = max(longest, *(distance for distance, *_ in expected), 0)
    assert longest > 2


async def test_it_keeps_to_the_given_types(
    company: Api, people: dict[str, str], edges: list[Edge]
) -> None:
    graph = Graph(edges, set(people))
    for types in (TYPES[:1], TYPES[1:3], ()):
        for start in list(people)[:5]:
            found = await page(company, start, "compliance", 4, types=list(types), first=100)
            assert members(found) == graph.members(start, 4, types)


async def test_it_can_be_walked_in_both_directions(
    company: Api, people: dict[str, str], edges: list[Edge]
) -> None:
    graph = Graph(edges, set(people))
    start = max(people, key=lambda id_: len(graph.members(id_, 4)))
    expected = graph.members(start, 4)
    walked: list[Member] = []
    after = None
    while True:
        found = await page(company, start, "compliance", 4, first=3, after=after)
        walked += members(found)
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert walked == expected
    walked, before = [], None
    while True:
        found = await page(company, start, "compliance", 4, last=4, before=before)
        walked = members(found) + walked
        if not found["pageInfo"]["hasPreviousPage"]:
            break
        before = found["pageInfo"]["startCursor"]
    assert walked == expected
    answer = await company.ask(NETWORK, as_="compliance", id=start, depth=3, first=1, after=after)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_nobody_who_is_hidden_leads_anywhere(company: Api) -> None:
    """A – hidden – B: B is found only where another way leads to it."""
    support = a_department(company, "SUPPORT")[4:]
    start, hidden, end = [await a_customer(company) for _ in range(3)]
    await put(company, customers, hidden, department_id=support)
    nothing = await page(company, start, "sales", 4, first=9)
    await relate(company, "PART_OF", start, hidden)
    await relate(company, "PART_OF", hidden, end)
    assert await page(company, start, "sales", 4, first=9) == nothing
    assert [d for d, *_ in members(await page(company, start, "compliance", 4, first=9))] == [1, 2]
    await relate(company, "HOUSEHOLD", end, start)
    assert members(await page(company, start, "sales", 4, first=9)) == [
        (1, end, (("HOUSEHOLD", True),))
    ]


async def test_a_relationship_whose_type_needs_consent_leads_nowhere_without(api: Api) -> None:
    start, end = [await a_customer(api) for _ in range(2)]
    await relate(api, "HOUSEHOLD", end, start)
    assert members(await page(api, start, "marketing", 2, first=9)) == []
    assert len(members(await page(api, start, "sales", 2, first=9))) == 1
    await a_consent(api, end)
    assert len(members(await page(api, start, "marketing", 2, first=9))) == 1


async def test_a_caller_who_reads_no_relationships_has_no_network(api: Api) -> None:
    start, end = [await a_customer(api, partner="partner") for _ in range(2)]
    await relate(api, "PART_OF", start, end)
    found = await page(api, start, "partner", 4, first=9)
    assert (members(found), found["totalCount"]) == ([], 0)


@pytest.mark.parametrize("depth", [0, 5, -1, 2_000_000_000])
async def test_it_is_1_to_4_steps_deep(api: Api, depth: int) -> None:
    customer = await a_customer(api)
    answer = await api.ask(NETWORK, as_="sales", id=customer, depth=depth, first=1)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": ["depth"]}


async def test_many_customers_need_as_many_statements_as_one(api: Api) -> None:
    query = """query($first: Int!) { customers(first: $first, filter: {tags: {hasAny: ["linked"]}}) {
        nodes { id network(depth: 3, first: 5) { totalCount
          nodes { distance customer { id name } } } } } }"""
    ids = [await a_customer(api, tags=["linked"]) for _ in range(6)]
    for one, other in pairwise(ids):
        await relate(api, "PART_OF", one, other)
    counts: list[int] = []
    data: dict[str, Any] = {}
    for first in (1, 6):
        with counted() as statements:
            data = await api.data(query, as_="sales", first=first)
        counts.append(len(statements))
    assert counts == [4, 4]
    for node in data["customers"]["nodes"]:
        place = ids.index(node["id"])
        near = sorted((abs(place - i), id_) for i, id_ in enumerate(ids) if 0 < abs(place - i) < 4)
        assert node["network"]["totalCount"] == len(near)
        assert [(m["distance"], m["customer"]["id"]) for m in node["network"]["nodes"]] == near[:5]
