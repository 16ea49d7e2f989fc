"""What an operation may cost, against counting it out by hand."""

from typing import Any

import pytest

from api.graphql.documents.cost import Cost
from api.graphql.documents.limits import DocumentLimits
from api.graphql.documents.prepared import Preparer
from api.graphql.schema.schema import build_schema, names_of

SCHEMA = build_schema()._schema
PREPARER = Preparer(SCHEMA, names_of(SCHEMA), DocumentLimits())


def cost(document: str, **variables: Any) -> Cost:
    prepared = PREPARER.prepare(document)
    assert prepared.errors == ()
    return prepared.operation(None).cost.of(variables)


THROUGH_FRAGMENTS = """{ customers(first: 2) { nodes { ...C } edges { node { ...C } } } }
    fragment C on Customer { interactions(first: 3) { ...I } }
    fragment I on InteractionConnection { totalCount nodes { id } }"""


@pytest.mark.parametrize(
    ("document", "records", "fixed"),
    [
        ("{ viewer { kind } }", 0, 1),
        ("{ a: viewer { kind } b: viewer { kind } }", 0, 2),
        ("{ customers(first: 7) { nodes { id name } } }", 7, 1),
        ("{ customers(last: 7) { edges { cursor node { id } } } }", 7, 1),
        ("{ customers(first: 0) { totalCount } }", 0, 1 + 10),
        ("{ customers(first: 7) { pageInfo { hasNextPage } __typename } }", 7, 1),
        ("{ customers(first: 7) { nodes { department { parent { id } } } } }", 7 * 3, 1),
        ("{ customers(first: 7) { nodes { contactPoints { value } } } }", 7, 1),
        ("{ customers(first: 7) { nodes { interactions(first: 5) { nodes { id } } } } }", 42, 1),
        (
            "{ customers(first: 7) { totalCount nodes { interactions(first: 5) { totalCount } } } }",
            42,
            1 + 10 + 7 * 10,
        ),
        ("{ customers(first: 7) { nodes { id } edges { node { owner { id } } } } }", 14, 1),
        (THROUGH_FRAGMENTS, 2 + 12, 1 + 40),
        ('{ node(id: "cus_1") { id } }', 1, 1),
        ('{ nodes(ids: ["a", "b", "c"]) { ... on Customer { department { id } } } }', 6, 1),
        ("{ opportunities(first: 3) { totals { amount } } }", 3, 1 + 10),
        ("{ __schema { queryType { name } } }", 0, 1),
        ("{ __schema { types { fields { name } } } }", 0, 1 + 100 + 500),
        ("mutation { a: __typename b: __typename }", 0, 400),
    ],
)
def test_each_page_counts_as_many_as_it_may_hold(document: str, records: int, fixed: int) -> None:
    assert cost(document) == Cost(records, fixed)


NESTED = """query($n: Int! = 4, $m: Int, $l: Int) { customers(first: $n, last: $l) {
    nodes { interactions(first: $m) { nodes { id } } } } }"""


@pytest.mark.parametrize(
    ("variables", "records"),
    [
        ({"n": 3, "m": 5}, 3 + 15),
        ({"m": 5}, 4 + 20),
        ({"n": 3}, 3),
        ({"n": None, "m": 5}, 0),
        ({"n": None, "l": 6, "m": 5}, 6 + 30),
        ({"n": 3.0, "m": 5}, 3 + 15),
        ({"n": "3", "m": 5}, 1 + 5),
        ({"n": -3, "m": 5}, 0),
        ({"n": True, "m": 5}, 0),
        ({"n": 10**30, "m": 10**30}, 500 + 250_000),
    ],
)
def test_sizes_come_from_variables(variables: dict[str, Any], records: int) -> None:
    assert cost(NESTED, **variables).records == records


def test_a_list_of_ids_counts_by_its_length() -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert cost(document, ids=["a", "b"]).records == 2
    assert cost(document, ids="a").records == 1
    assert cost(document, ids=["a"] * 1_000).records == 500


def test_what_was_not_read_is_given_back_and_what_is_fixed_is_not() -> None:
    asked = Cost(records=42, fixed=11)
    assert asked.total == 53
    assert asked.actual(0) == 11
    assert asked.actual(40) == 51
    assert asked.actual(1_000) == 53


def test_the_same_fragment_costs_wherever_it_is_spread() -> None:
    spread = (
        "{ a: customers(first: 2) { nodes { ...F } } b: customers(first: 3) { nodes { ...F } } }"
    )
    fragment = " fragment F on Customer { interactions(first: 10) { nodes { id } } }"
    assert cost(spread + fragment).records == 2 + 3 + 20 + 30
