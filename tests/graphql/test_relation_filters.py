"""Filters on related records, against a reference that reads everything and decides in Python.

What the reference reads is what the caller may see, so that a filter that looked at a hidden record
would find something else.
"""

from random import Random
from typing import Any

import pytest

from domain.settings.tenants import named_id
from domain.tables import customers, interactions, opportunities
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    a_stage,
    an_interaction,
    an_opportunity,
    put,
    relate,
)

Row = dict[str, Any]

LEAF = "id kind country"
DEAL = "id status stage { id name position outcome }"
READ = f"""{{ customers(first: 100) {{ nodes {{ {LEAF}
    interactions(first: 6) {{ nodes {{ id channel direction customer {{ {LEAF} }} }} }}
    opportunities(first: 6) {{ nodes {{ {DEAL} customer {{ {LEAF} }}
      stageHistory(first: 9) {{ nodes {{ id toStage {{ id name position outcome }} }} }} }} }}
    department {{ id code }} owner {{ id handle department {{ id code }} }}
    relationships(first: 9) {{ nodes {{ id type to {{ {LEAF}
      opportunities(first: 6) {{ nodes {{ {DEAL} }} }} }} }} }}
    consents(first: 9) {{ nodes {{ id purpose status }} }} }} }} }}"""
FIND = "query($f: CustomerFilter) { customers(first: 100, filter: $f) { totalCount nodes { id } } }"

# What the reference knows of each kind of record: values to compare with, and edges to follow.
VALUES: dict[str, dict[str, list[str]]] = {
    "customer": {"kind": ["PERSON", "ORGANIZATION"], "country": ["DE", "FR"]},
    "interaction": {"channel": ["PHONE", "WEB", "CHAT"], "direction": ["INBOUND"]},
    "opportunity": {"status": ["OPEN", "WON"]},
    "stage": {"name": ["New", "Qualified", "Won"], "outcome": ["OPEN"]},
    "department": {"code": ["SALES", "SUPPORT"]},
    "member": {"handle": ["sales", "support"]},
    "relationship": {"type": ["HOUSEHOLD", "SUPPLIES"]},
    "stage_change": {},
    "consent": {"status": ["GRANTED"], "purpose": ["marketing", "sales"]},
}
EDGES: dict[str, dict[str, tuple[str, bool]]] = {
    "customer": {
        "interactions": ("interaction", True),
        "opportunities": ("opportunity", True),
        "relationships": ("relationship", True),
        "consents": ("consent", True),
        "department": ("department", False),
        "owner": ("member", False),
    },
    "interaction": {"customer": ("customer", False)},
    "opportunity": {
        "stage": ("stage", False),
        "customer": ("customer", False),
        "stageHistory": ("stage_change", True),
    },
    "relationship": {"to": ("customer", False)},
    "stage_change": {"toStage": ("stage", False)},
    "member": {"department": ("department", False)},
}
# Where the reference reads no further than values.
ENDS = {"interaction.customer", "opportunity.customer"}
BELOW = {"to": {"opportunities"}}


class Filters:
    """Makes filters up at random, the same ones for the same seed."""

    def __init__(self, seed: int, edges: set[str]) -> None:
        self._chance = Random(seed)
        self._edges = edges
        self._joins = 2

    def filter(self, kind: str, depth: int = 3, only: set[str] | None = None) -> Row:
        chance = self._chance.random()
        edges = {
            name: edge
            for name, edge in EDGES.get(kind, {}).items()
            if name in self._edges and (only is None or name in only)
        }
        if chance < 0.5 and edges and depth:
            return self._related(kind, edges, depth)
        if chance < 0.65:
            return {"not": self.filter(kind, depth, only)}
        if chance < 0.8 and self._joins:
            self._joins -= 1
            junction = self._chance.choice(["and", "or"])
            return {junction: [self.filter(kind, depth, only) for _ in range(2)]}
        if not VALUES[kind]:
            return {}
        name = self._chance.choice(sorted(VALUES[kind]))
        operator = self._chance.choice(["eq", "neq"])
        return {name: {operator: self._chance.choice(VALUES[kind][name])}}

    def _related(self, kind: str, edges: dict[str, tuple[str, bool]], depth: int) -> Row:
        name = self._chance.choice(sorted(edges))
        target, many = edges[name]
        only = set() if f"{kind}.{name}" in ENDS else BELOW.get(name)
        quantifier = self._chance.choice(["some", "none", "every"]) if many else "is"
        return {name: {quantifier: self.filter(target, depth - 1, only)}}


def holds(row: Row, filter_: Row) -> bool:
    """Whether a record that was read matches: the reference."""
    return all(_member(row, name, given) for name, given in filter_.items())


def _member(row: Row, name: str, given: Any) -> bool:
    if name == "and":
        return all(holds(row, part) for part in given)
    if name == "or":
        return any(holds(row, part) for part in given)
    if name == "not":
        return not holds(row, given)
    ((operator, operand),) = given.items()
    if operator in {"eq", "neq"}:
        return (row[name] == operand) is (operator == "eq")
    if operator == "is":
        return row[name] is not None and holds(row[name], operand)
    found = [holds(one, operand) for one in row[name]["nodes"]]
    return {"some": any(found), "none": not any(found), "every": all(found)}[operator]


@pytest.fixture(scope="module")
async def people(api: Api) -> None:
    """Customers of two departments and a partner, with some of everything behind them."""
    accounts = {
        name: named_id(api.tenant, "partner_account", name) for name in ("partner", "rival")
    }
    ids = []
    for number in range(14):
        owner = [None, "sales", "support"][number % 3]
        id_ = await a_customer(
            api,
            partner=[None, "partner", "rival"][number % 3],
            departmentId=a_department(api, ["SALES", "SUPPORT"][number % 2]),
            ownerId=f"mem_{named_id(api.tenant, 'member', owner)}" if owner else None,
            country=["DE", "FR", None][number % 3],
        )
        if number % 4 == 0:
            await put(api, customers, id_, kind="ORGANIZATION")
        for i in range(number % 4):
            contact = await an_interaction(api, id_, channel=["PHONE", "WEB", "CHAT"][i])
            if (number + i) % 2:
                account = accounts[["partner", "rival"][i % 2]]
                await put(api, interactions, contact, partner_account_id=account)
        for i in range(number % 3):
            stage = a_stage(api, ["New", "Qualified"][i])
            deal = await an_opportunity(api, id_, "10", stageId=stage)
            if (number + i) % 4 == 0:
                end = {"id": deal, "stageId": a_stage(api, "Won"), "expectedVersion": 1}
                await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **end)
            if i % 2:
                await put(api, opportunities, deal, partner_account_id=accounts["partner"])
        if number % 5 == 0:
            await a_consent(api, id_)
        ids.append(id_)
    for number in range(0, 12, 2):
        await relate(api, ["HOUSEHOLD", "SUPPLIES"][number % 4 // 2], ids[number], ids[number + 1])


SEEN = {
    "sales": set().union(*EDGES.values()),
    "support": set().union(*EDGES.values()),
    "partner": {"interactions", "opportunities", "stage", "customer", "relationships", "consents"},
}


@pytest.mark.parametrize("as_", sorted(SEEN))
async def test_related_records_are_compared_as_the_caller_sees_them(
    api: Api, people: None, as_: str
) -> None:
    if as_ == "partner":
        read = READ.replace("department { id code } owner { id handle department { id code } }", "")
    else:
        read = READ
    rows = (await api.data(read, as_=as_))["customers"]["nodes"]
    assert len(rows) > 3
    sizes = set()
    for seed in range(80):
        filter_ = Filters(seed, SEEN[as_]).filter("customer")
        expected = {row["id"] for row in rows if holds(row, filter_)}
        page = (await api.data(FIND, as_=as_, f=filter_))["customers"]
        assert {node["id"] for node in page["nodes"]} == expected, filter_
        assert page["totalCount"] == len(expected)
        sizes.add(len(expected))
    assert len(sizes) > 3


async def test_pages_below_a_record_are_filtered_by_what_lies_behind_theirs(
    api: Api, people: None
) -> None:
    query = """query($f: OpportunityFilter) { customers(first: 100) { nodes {
        opportunities(first: 9, filter: $f) { totalCount totals { count }
        nodes { stage { name } } } } } }"""
    filter_ = {"stage": {"is": {"name": {"startsWith": "qual"}}}}
    nodes = (await api.data(query, as_="sales", f=filter_))["customers"]["nodes"]
    pages = [node["opportunities"] for node in nodes]
    found = [row["stage"]["name"] for page in pages for row in page["nodes"]]
    assert set(found) == {"Qualified"}
    assert len(found) == sum(page["totalCount"] for page in pages)
    assert len(found) == sum(total["count"] for page in pages for total in page["totals"])


async def test_a_blind_lookup_works_behind_an_edge(api: Api) -> None:
    points = [{"kind": "EMAIL", "value": "Behind@Example.com"}]
    customer = await a_customer(api, contactPoints=points)
    contact = await an_interaction(api, customer)
    query = """query($e: String!) { interactions(first: 9,
        filter: {customer: {is: {email: {eq: $e}}}}) { nodes { id } } }"""
    data = await api.data(query, as_="support", e="behind@example.com")
    assert data["interactions"] == {"nodes": [{"id": contact}]}
    data = await api.data(query, as_="support", e="before@example.com")
    assert data["interactions"] == {"nodes": []}


async def test_a_masked_contact_point_is_not_found_behind_an_edge(api: Api) -> None:
    """Sales see it of their own department's customers only."""
    points = [{"kind": "EMAIL", "value": "masked@example.com"}]
    ours, theirs = [
        await a_customer(api, contactPoints=points, departmentId=a_department(api, code))
        for code in ("SALES", "SUPPORT")
    ]
    contacts = [await an_interaction(api, id_) for id_ in (ours, theirs)]
    query = """{ interactions(first: 9, filter: {customer: {is: {email: {eq: "masked@example.com"}}}}) {
        nodes { id } } }"""
    data = await api.data(query, as_="sales")
    assert data["interactions"]["nodes"] == [{"id": contacts[0]}]
    data = await api.data(query, as_="support")
    assert {node["id"] for node in data["interactions"]["nodes"]} == set(contacts)


async def test_what_a_person_has_not_consented_to_does_not_count_behind_an_edge(api: Api) -> None:
    customer = await a_customer(api, tags=["consenting"])
    contact = await an_interaction(api, customer)
    query = """query($t: String!) { interactions(first: 9,
        filter: {customer: {is: {tags: {hasAny: [$t]}}}}) { nodes { id } } }"""
    assert (await api.data(query, as_="marketing", t="consenting"))["interactions"]["nodes"] == []
    await a_consent(api, customer, as_="marketing")
    data = await api.data(query, as_="marketing", t="consenting")
    assert data["interactions"]["nodes"] == [{"id": contact}]


def nested(depth: int) -> Row:
    filter_: Row = {}
    for number in range(depth):
        edge, quantifier = (("customer", "is"), ("opportunities", "some"))[number % 2]
        filter_ = {edge: {quantifier: filter_}}
    return filter_


async def test_relations_are_followed_three_deep(api: Api, people: None) -> None:
    query = "query($f: OpportunityFilter) { opportunities(first: 1, filter: $f) { totalCount } }"
    assert (await api.data(query, as_="sales", f=nested(3)))["opportunities"]["totalCount"] > 0
    query = query.replace("Opportunity", "Customer").replace("opportunities", "customers")
    answer = await api.ask(query, as_="sales", f=nested(4))
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": ["filter"]}


async def test_a_cursor_is_bound_to_the_relation_and_its_values(api: Api, people: None) -> None:
    query = """query($f: CustomerFilter, $after: String) { customers(first: 2, filter: $f, after: $after) {
        nodes { id } pageInfo { endCursor } } }"""
    filter_ = {"opportunities": {"some": {"status": {"eq": "OPEN"}}}}
    first = (await api.data(query, as_="sales", f=filter_))["customers"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await api.data(query, as_="sales", f=filter_, after=cursor))["customers"]
    assert not {str(node) for node in first["nodes"]} & {str(node) for node in second["nodes"]}
    others: list[Row] = [
        {"opportunities": {"every": {"status": {"eq": "OPEN"}}}},
        {"opportunities": {"some": {"status": {"eq": "WON"}}}},
        {"opportunities": {"some": {"status": {"neq": "OPEN"}}}},
        {"opportunities": {"some": {"status": {"eq": "OPEN"}, "probability": {"gt": 1}}}},
        {"opportunities": {"some": {}}},
        {},
    ]
    for other in others:
        answer = await api.ask(query, as_="sales", f=other, after=cursor)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR", other
