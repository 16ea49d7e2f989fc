"""What a request has read is gone from memory when it ends, and not only with some later collection."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.reading.gate import Reading
from tests.api import Api
from tests.builders import a_customer

MANY_PARTS = ", ".join(["{kind: {eq: PERSON}}"] * 60)
REQUESTS = [
    "{ customers(first: 5) { nodes { id name interactions(first: 5) { nodes { body } } } } }",
    "{ customers(first: 5, orderBy: {field: NAME}) { nodes { id name } } }",
    '{ customers(first: 5, filter: {email: {eq: "ada@example.org"}}) { totalCount } }',
    '{ customers(first: 5, filter: {name: {matches: "Lovelace"}}) { nodes { name } } }',
    '{ search(query: "ada", first: 5) { hits { score } } }',
    "{ customerGroups(by: [{field: KIND}], first: 5) { groups { count } } }",
    '{ customers(first: 5, after: "nonsense") { totalCount } }',
    f"{{ customers(first: 5, filter: {{or: [{MANY_PARTS}]}}) {{ totalCount }} }}",
    '{ customers(first: 5, filter: {email: {eq: "Zebulon"}}) { totalCount } }',
    '{ customers(first: 5) { nodes { name } } node(id: "cus_nonsense") { id } }',
    'mutation { createCustomer(input: {kind: PERSON, givenName: "Ada"}) { customer { name } } }',
    'mutation { createCustomer(input: {kind: PERSON, givenName: " "}) { userErrors { code } } }',
]


@contextmanager
def nothing_collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("query", REQUESTS, ids=range(len(REQUESTS)))
async def test_what_a_request_read_goes_with_it(api: Api, query: str) -> None:
    await a_customer(api)
    await api.post(query, as_="sales")
    with nothing_collected():
        answer = await api.post(query, as_="sales")
        left = [one for one in gc.get_objects() if type(one) is Reading]
    assert "GRAPHQL_VALIDATION_FAILED" not in answer.text
    assert left == []
