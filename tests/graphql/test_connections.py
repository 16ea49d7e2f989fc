"""Pages: every record once, in either direction and any order; cursors fit only where they are from."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.api import Api
from tests.builders import (
    a_customer,
    a_stage,
    an_interaction,
    an_opportunity,
    another_tenant,
    relate,
)

FIELDS = [
    "CREATED_AT",
    "UPDATED_AT",
    "AMOUNT",
    "PROBABILITY",
    "EXPECTED_CLOSE",
    "CLOSED_AT",
    "CURRENCY",
]
NULLABLE = ["AMOUNT", "EXPECTED_CLOSE", "CLOSED_AT", "CURRENCY"]
Order = list[tuple[str, ...]]  # A field, a direction, and where nulls come if that is said.
DIRECTIONS = ("ASC", "DESC")
SINGLE: list[Order] = [[key] for key in product(FIELDS, DIRECTIONS)]
NULLS_FIRST: list[Order] = [[key] for key in product(NULLABLE, DIRECTIONS, ["FIRST"])]
ORDERS: list[Order] = [
    [],
    *SINGLE,
    [("EXPECTED_CLOSE", "ASC"), ("AMOUNT", "DESC")],
    [("AMOUNT", "DESC"), ("PROBABILITY", "DESC")],
    [("PROBABILITY", "ASC"), ("CLOSED_AT", "DESC"), ("AMOUNT", "ASC")],
    *NULLS_FIRST,
    [("CREATED_AT", "ASC", "FIRST")],
    [("EXPECTED_CLOSE", "DESC", "FIRST"), ("AMOUNT", "ASC", "LAST")],
    [("CURRENCY", "ASC", "LAST"), ("AMOUNT", "DESC", "FIRST"), ("CLOSED_AT", "ASC", "FIRST")],
]
FILTERS: list[dict[str, Any]] = [
    {},
    {"or": [{"amount": {"isNull": True}}, {"probability": {"lt": 50}}]},
    {"amount": {"gt": "1000000"}},
]
PAGE = """query($f: OpportunityFilter, $o: [OpportunityOrder!], $first: Int, $after: String,
    $last: Int, $before: String) { opportunities(filter: $f, orderBy: $o, first: $first,
    after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node {
        id amount currency probability expectedClose closedAt createdAt updatedAt } } } }"""


@dataclass(frozen=True)
class Connection:
    """One order and filter over the opportunities."""

    api: Api
    filter: dict[str, Any]
    order: Order

    async def page(self, **arguments: Any) -> dict[str, Any]:
        names = ("field", "direction", "nulls")
        order = [dict(zip(names, key, strict=False)) for key in self.order]
        data = await self.api.data(PAGE, as_="sales", f=self.filter, o=order, **arguments)
        return dict(data["opportunities"])

    async def forwards(self, size: int) -> AsyncIterator[dict[str, Any]]:
        after = None
        while True:
            page = await self.page(first=size, after=after)
            yield page
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def backwards(self, size: int) -> AsyncIterator[dict[str, Any]]:
        before = None
        while True:
            page = await self.page(last=size, before=before)
            yield page
            assert page["pageInfo"]["hasNextPage"] is (before is not None)
            if not page["pageInfo"]["hasPreviousPage"]:
                return
            before = page["pageInfo"]["startCursor"]


def nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in page["edges"]]


def sorted_by(rows: list[dict[str, Any]], order: Order) -> list[dict[str, Any]]:
    """The rows in the order, records without a value where it says, as a stable sort per key has it."""
    order = order or [("CREATED_AT", "DESC")]
    found = sorted(rows, key=lambda row: str(row["id"]), reverse=order[-1][1] == "DESC")
    for field, direction, *nulls in reversed(order):
        head, *tail = field.lower().split("_")
        name = head + "".join(map(str.capitalize, tail))
        with_value = [row for row in found if row[name] is not None]
        with_value.sort(key=lambda row: _comparable(row[name]), reverse=direction == "DESC")
        without = [row for row in found if row[name] is None]
        found = without + with_value if nulls == ["FIRST"] else with_value + without
    return found


def _comparable(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and "." in value and ":" not in value else value


@pytest.fixture(scope="module")
async def customer(api: Api) -> str:
    """A customer with opportunities that often have the same values, or none."""
    id_ = await a_customer(api)
    for number in range(13):
        amount = [None, "5", "5", "70.5", "70.49"][number % 5]
        close = [None, "2027-01-01", "2027-01-02"][number % 3]
        stage = a_stage(api, ["New", "Qualified"][number % 2])
        currency = ["EUR", "CHF", "USD"][number % 3]
        made = await an_opportunity(api, id_, amount, currency, expectedClose=close, stageId=stage)
        if number % 4 == 0:
            end = {"id": made, "stageId": a_stage(api, "Won"), "expectedVersion": 1}
            await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **end)
    return id_


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(map(".".join, order)))
async def test_walking_gives_every_record_once_and_in_order(
    api: Api, customer: str, order: Order
) -> None:
    for filter_, size in zip(FILTERS, (4, 3, 1), strict=True):
        connection = Connection(api, {**filter_, "customer": {"eq": customer}}, order)
        whole = await connection.page(first=100)
        rows = nodes(whole)
        assert rows == sorted_by(rows, order)
        assert len({row["id"] for row in rows}) == len(rows) == whole["totalCount"]
        forwards = [page async for page in connection.forwards(size)]
        assert [row for page in forwards for row in nodes(page)] == rows
        backwards = [page async for page in connection.backwards(size)]
        assert [row for page in reversed(backwards) for row in nodes(page)] == rows
        assert {page["totalCount"] for page in (*forwards, *backwards)} == {len(rows)}


async def test_every_cursor_begins_and_ends_a_page(api: Api, customer: str) -> None:
    connection = Connection(api, {"customer": {"eq": customer}}, [("AMOUNT", "ASC")])
    whole = await connection.page(first=100)
    rows = nodes(whole)
    for place, edge in enumerate(whole["edges"]):
        assert (
            nodes(await connection.page(first=2, after=edge["cursor"]))
            == (rows[place + 1 : place + 3])
        )
        assert (
            nodes(await connection.page(last=2, before=edge["cursor"]))
            == (rows[max(place - 2, 0) : place])
        )


async def test_the_first_and_last_cursors_are_those_of_the_edges(api: Api, customer: str) -> None:
    page = await Connection(api, {"customer": {"eq": customer}}, []).page(first=3)
    cursors = [edge["cursor"] for edge in page["edges"]]
    assert page["pageInfo"]["startCursor"] == cursors[0]
    assert page["pageInfo"]["endCursor"] == cursors[-1]
    assert len(set(cursors)) == 3


async def test_a_page_of_none_still_counts(api: Api, customer: str) -> None:
    connection = Connection(api, {"customer": {"eq": customer}}, [])
    page = await connection.page(first=0)
    assert page == {
        "totalCount": 13,
        "pageInfo": {
            "hasNextPage": True,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
        "edges": [],
    }
    assert (await connection.page(last=0))["pageInfo"]["hasPreviousPage"] is True


async def test_a_page_ends_where_the_records_do(api: Api, customer: str) -> None:
    connection = Connection(api, {"customer": {"eq": customer}}, [])
    for size, more in ((12, True), (13, False), (14, False)):
        page = await connection.page(first=size)
        assert page["pageInfo"]["hasNextPage"] is more
        assert len(page["edges"]) == min(size, 13)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ("", "first"),
        ("(first: 1, last: 1)", "first"),
        ("(first: null)", "first"),
        ("(first: 101)", "first"),
        ("(first: -1)", "first"),
        ("(last: 101)", "last"),
        ("(last: -1)", "last"),
    ],
)
@pytest.mark.parametrize("path", ["root", "nested"])
async def test_a_page_has_one_size_from_0_to_100(
    api: Api, customer: str, path: str, arguments: str, field: str
) -> None:
    below = f"opportunities{arguments} {{ totalCount }}"
    query = f"{{ {below} }}"
    if path == "nested":
        query = f'{{ node(id: "{customer}") {{ ... on Customer {{ {below} }} }} }}'
    answer = await api.ask(query, as_="sales")
    assert [e["extensions"] for e in answer["errors"]] == [{"code": "PAGE_SIZE", "fields": [field]}]
    assert answer["errors"][0]["path"] == ["opportunities" if path == "root" else "node"]


@pytest.mark.parametrize(("size", "cursor"), [("first", "before"), ("last", "after")])
async def test_a_cursor_goes_with_its_direction(
    api: Api, customer: str, size: str, cursor: str
) -> None:
    connection = Connection(api, {}, [])
    page = await connection.page(first=1)
    query = f'{{ opportunities({size}: 1, {cursor}: "{page["pageInfo"]["endCursor"]}") {{ totalCount }} }}'
    answer = await api.ask(query, as_="sales")
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": [cursor]}


async def refused(api: Api, query: str, **variables: Any) -> bool:
    answer = await api.ask(query, as_="sales", **variables)
    if "errors" not in answer:
        return False
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_CURSOR", "fields": ["after"]}
    return True


async def test_a_cursor_fits_its_order_filter_connection_and_tenant_only(
    api: Api, customer: str
) -> None:
    of = {"customer": {"eq": customer}}
    page = await Connection(api, of, [("AMOUNT", "ASC")]).page(first=1)
    cursor = page["pageInfo"]["endCursor"]
    fits = [{"field": "AMOUNT", "direction": "ASC"}]
    assert not await refused(api, PAGE, first=1, after=cursor, f=of, o=fits)
    first = {"field": "AMOUNT", "direction": "ASC", "nulls": "FIRST"}
    descending = {"field": "AMOUNT", "direction": "DESC"}
    for order in (
        [],
        [descending],
        [first],
        [{"field": "CREATED_AT"}],
        [*fits, {"field": "CURRENCY"}],
    ):
        assert await refused(api, PAGE, first=1, after=cursor, f=of, o=order)
    more = {**of, "amount": {"gt": "1"}}
    for filter_ in ({}, more, {"not": of}, {"customer": {"neq": customer}}):
        assert await refused(api, PAGE, first=1, after=cursor, f=filter_, o=fits)
    query = "query($after: String) { interactions(first: 1, after: $after) { totalCount } }"
    assert await refused(api, query, after=cursor)
    plain = (await Connection(api, {}, []).page(first=1))["pageInfo"]["endCursor"]
    assert not await refused(api, PAGE, first=1, after=plain)
    assert await refused(await another_tenant(api), PAGE, first=1, after=plain)


async def test_a_cursor_that_was_changed_is_refused(api: Api, customer: str) -> None:
    cursor = (await Connection(api, {}, []).page(first=1))["pageInfo"]["endCursor"]
    changed = [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        for place in range(0, len(cursor), 7)
    ]
    for text in (*changed, cursor[:-4], cursor[4:], cursor * 30, "", "=", "\0", "é", "AAAA"):
        assert await refused(api, PAGE, first=1, after=text), text


async def test_a_cursor_survives_another_selection(api: Api) -> None:
    earlier, _ = [await a_customer(api, tags=["survivor"]) for _ in range(2)]
    filter_ = 'filter: {kind: {eq: PERSON}, tags: {hasAny: ["survivor"]}}'
    query = f"{{ customers(first: 1, {filter_}) {{ pageInfo {{ endCursor }} }} }}"
    cursor = (await api.data(query, as_="sales"))["customers"]["pageInfo"]["endCursor"]
    query = f"""query($c: String) {{ customers({filter_}, first: 5, after: $c) {{ nodes {{ id
        interactions(first: 1, filter: {{channel: {{eq: WEB}}}}) {{ totalCount }} }} }} }}"""
    page = (await api.data(query, as_="sales", c=cursor))["customers"]
    assert page == {"nodes": [{"id": earlier, "interactions": {"totalCount": 0}}]}


async def test_pages_below_every_parent_are_its_own(api: Api) -> None:
    ids = [await a_customer(api, tags=["paged"]) for _ in range(3)]
    made = {id_: [await an_interaction(api, id_) for _ in range(3)] for id_ in ids}
    query = """query($after: String) { customers(first: 9, filter: {tags: {hasAny: ["paged"]}}) {
        nodes { id interactions(first: 2, after: $after, orderBy: {field: CREATED_AT}) { totalCount
          pageInfo { hasNextPage endCursor } edges { cursor node { id customer { id } } } } } } }"""
    nodes_ = (await api.data(query, as_="sales"))["customers"]["nodes"]
    for node in nodes_:
        page = node["interactions"]
        shown = [edge["node"] for edge in page["edges"]]
        assert shown == [{"id": i, "customer": {"id": node["id"]}} for i in made[node["id"]][:2]]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    cursor = nodes_[0]["interactions"]["pageInfo"]["endCursor"]
    after = (await api.data(query, as_="sales", after=cursor))["customers"]["nodes"]
    own = next(node for node in after if node["id"] == nodes_[0]["id"])
    assert [edge["node"]["id"] for edge in own["interactions"]["edges"]] == made[own["id"]][2:]


async def test_aliases_fragments_and_directives_shape_the_answer(api: Api) -> None:
    person = await a_customer(api)
    company = await a_customer(
        api, kind="ORGANIZATION", organizationName="Engines", givenName=None, familyName=None
    )
    await relate(api, "PART_OF", person, company)
    await an_interaction(api, person, subject="Hello")
    query = """query($id: ID!, $yes: Boolean = true, $no: Boolean!) {
        b: node(id: $id) { ...Named id ... on Customer { interactions(first: 1) { totalCount } }
          ... on Opportunity { title } }
        a: node(id: $id) { ... on Customer @skip(if: $yes) { name } __typename }
        node(id: $id) @include(if: $no) { id }
        nodes(ids: [$id]) { ... on Customer { relationships(first: 1) { nodes { to { ...Named } } } } }
      }
      fragment Named on Customer { type: __typename name given: givenName @skip(if: $yes)
        interactions(first: 1) { nodes { subject ... @include(if: $no) { body } } }
        department @include(if: $yes) { code } department { code name @skip(if: $no) } }"""
    named = {"type": "Customer", "name": "Ada Lovelace"}
    department = {"code": "SALES", "name": "Sales"}
    interactions = {"nodes": [{"subject": "Hello"}], "totalCount": 1}
    data = await api.data(query, as_="sales", id=person, no=False)
    assert list(data) == ["b", "a", "nodes"]
    assert list(data["b"]) == ["type", "name", "interactions", "department", "id"]
    assert data["b"] == {
        **named,
        "interactions": interactions,
        "department": department,
        "id": person,
    }
    assert data["a"] == {"__typename": "Customer"}
    to = {"type": "Customer", "name": "Engines", "interactions": {"nodes": []}}
    assert data["nodes"] == [
        {"relationships": {"nodes": [{"to": {**to, "department": department}}]}}
    ]


async def test_several_operations_are_refused_until_one_is_named(api: Api) -> None:
    query = "query One { viewer { kind } } query Two { viewer { purpose } }"
    answer = await api.ask(query, as_="sales")
    assert answer["errors"][0]["extensions"]["code"] == "NO_OPERATION"
    headers = {"authorization": f"Bearer {await api.token('sales')}"}
    for name, data in (("One", {"kind": "MEMBER"}), ("Two", {"purpose": "sales"})):
        body = {"query": query, "operationName": name}
        response = await api.http.post("/graphql", json=body, headers=headers)
        assert response.json()["data"] == {"viewer": data}
    body = {"query": query, "operationName": "Three"}
    response = await api.http.post("/graphql", json=body, headers=headers)
    assert response.json()["errors"][0]["extensions"]["code"] == "NO_OPERATION"


async def test_an_order_that_names_a_field_twice_is_refused(api: Api) -> None:
    order = [{"field": "AMOUNT"}, {"field": "AMOUNT", "direction": "DESC"}]
    answer = await api.ask(PAGE, as_="sales", first=1, o=order)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": ["orderBy"]}


async def test_a_request_that_would_read_too_much_is_refused(api: Api) -> None:
    query = "interactions(first: 100) { totalCount nodes { id } }"
    for _ in range(2):
        query = f"interactions(first: 100) {{ nodes {{ customer {{ {query} }} }} }}"
    answer = await api.ask(f"{{ {query} }}", as_="sales")
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["TOO_EXPENSIVE"]


@pytest.mark.parametrize("walked", [False, True])
async def test_an_empty_page_gives_its_cursor_back(api: Api, *, walked: bool) -> None:
    """Item 10: it can be kept, and asked with again; the executor's walk does as the plan does."""
    await a_customer(api)
    query = """query($first: Int, $after: String, $last: Int, $before: String) {
        customers(first: $first, after: $after, last: $last, before: $before) {
            nodes { id } pageInfo { startCursor endCursor hasNextPage } } %s }"""
    query %= "viewer { kind }" if walked else ""

    async def info(**page: Any) -> dict[str, Any]:
        return dict((await api.data(query, as_="sales", **page))["customers"])

    whole = (await info(first=100))["pageInfo"]
    for _ in range(2):
        page = await info(first=5, after=whole["endCursor"])
        assert page["nodes"] == []
        assert page["pageInfo"] == {
            "startCursor": None,
            "endCursor": whole["endCursor"],
            "hasNextPage": False,
        }
    page = await info(last=5, before=whole["startCursor"])
    assert page["nodes"] == []
    assert page["pageInfo"]["startCursor"] == whole["startCursor"]
    assert page["pageInfo"]["endCursor"] is None
    new = await a_customer(api)
    kept = await info(last=5, before=page["pageInfo"]["startCursor"])
    later = await info(first=5, after=whole["endCursor"])
    assert {"id": new} in [*kept["nodes"], *later["nodes"]]


async def test_the_last_page_of_a_view_and_of_a_search_gives_its_cursor_back(api: Api) -> None:
    customer = await a_customer(api, familyName="Endwell")
    await an_interaction(api, customer, subject="Endwell")
    for field in ("timeline", "interactions"):
        query = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on Customer {{
            {field}(first: 50, after: $after) {{ nodes {{ __typename }}
                pageInfo {{ endCursor }} }} }} }} }}"""
        first = (await api.data(query, as_="sales", id=customer))["node"][field]
        assert first["nodes"]
        end = first["pageInfo"]["endCursor"]
        last = (await api.data(query, as_="sales", id=customer, after=end))["node"][field]
        assert last == {"nodes": [], "pageInfo": {"endCursor": end}}
    search = """query($after: String) { search(query: "Endwell", first: 50, after: $after) {
        hits { __typename } pageInfo { endCursor } } }"""
    end = (await api.data(search, as_="sales"))["search"]["pageInfo"]["endCursor"]
    assert end
    last = (await api.data(search, as_="sales", after=end))["search"]
    assert last == {"hits": [], "pageInfo": {"endCursor": end}}
