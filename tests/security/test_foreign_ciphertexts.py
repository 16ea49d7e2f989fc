"""Somebody with write access to the database changes, moves or cuts ciphertexts: nothing of them is
read, nothing is silently missing, and the log says which row it is, and nothing of what stands in it.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

import asyncpg
import pytest

from api.databases import Urls
from tests.api import Api
from tests.builders import a_customer, an_interaction, an_opportunity, another_tenant
from tests.dumps import found_in
from tests.footprints import Heard

HER, OTHER = "Xaverine", "Quirinius"
BODY, OTHER_BODY = "Xaverine asked for seventeen gaskets", "Quirinius returned eleven flanges"
SECRETS = (HER, OTHER, BODY, OTHER_BODY)

Packs = Mapping[str, bytes]
"""The ciphertexts that there are, by whose and what they are."""
Way = Callable[[Packs, bytes], bytes]
Put = Callable[[str, bytes | None], Awaitable[None]]


class Books(NamedTuple):
    api: Api
    ids: Mapping[str, str]
    packs: Packs


TABLES = {"cus": "customers", "int": "interactions", "opp": "opportunities"}


@pytest.fixture(scope="module")
async def books(api: Api, urls: Urls) -> Books:
    company, elsewhere = await another_tenant(api, "books"), await another_tenant(api, "elsewhere")
    ids: dict[str, str] = {}
    people = ("her", HER, company), ("other", OTHER, company), ("far", HER, elsewhere)
    for whose, given, where in people:
        ids[f"{whose} customer"] = customer = await a_customer(where, givenName=given)
        body = OTHER_BODY if whose == "other" else BODY
        for number in (1, 2):
            made = await an_interaction(where, customer, subject=f"{given} {number}", body=body)
            ids[f"{whose} interaction {number}"] = made
        ids[f"{whose} opportunity"] = await an_opportunity(where, customer, title=body)
    async with Database.open(urls) as database:
        packs = {name: await database.pack(id_) for name, id_ in ids.items()}
    return Books(company, ids, packs)


class Database:
    """As whoever owns the server sees it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, urls: Urls) -> AsyncIterator[Self]:
        connection = await asyncpg.connect(urls.main, user="postgres")
        try:
            yield cls(connection)
        finally:
            await connection.close()

    async def pack(self, id_: str) -> bytes:
        sql = f"SELECT sealed FROM {TABLES[id_[:3]]} WHERE id = $1"  # noqa: S608 - our own name
        return bytes(await self._connection.fetchval(sql, id_[4:]))

    async def put(self, id_: str, pack: bytes | None) -> None:
        sql = f"UPDATE {TABLES[id_[:3]]} SET sealed = $2 WHERE id = $1"  # noqa: S608 - our own name
        assert await self._connection.execute(sql, id_[4:], pack) == "UPDATE 1"


@pytest.fixture
async def put(books: Books, urls: Urls) -> AsyncIterator[Put]:
    """Puts a ciphertext into a row for as long as the test runs."""
    async with Database.open(urls) as database:
        touched: set[str] = set()

        async def put(name: str, pack: bytes | None) -> None:
            touched.add(name)
            await database.put(books.ids[name], pack)

        yield put
        for name in touched:
            await database.put(books.ids[name], books.packs[name])


def flipped(pack: bytes, place: int) -> bytes:
    changed = bytearray(pack)
    changed[place] ^= 1
    return bytes(changed)


def of(name: str) -> Way:
    return lambda packs, _: packs[name]


CHANGED: dict[str, Way] = {
    "empty": lambda _, pack: b"",
    "the header only": lambda _, pack: pack[:18],
    "without its last byte": lambda _, pack: pack[:-1],
    "with a byte behind it": lambda _, pack: pack + b"\0",
    "a flipped bit of the nonce": lambda _, pack: flipped(pack, 6),
    "a flipped bit of the text": lambda _, pack: flipped(pack, 20),
    "a flipped bit of the tag": lambda _, pack: flipped(pack, -1),
    "its halves exchanged": lambda _, pack: pack[:18] + pack[40:] + pack[18:40],
    "its bytes in another order": lambda _, pack: pack[:18] + pack[:17:-1],
    "of a version to come": lambda _, pack: b"\2" + pack[1:],
    "of another algorithm": lambda _, pack: b"\1\2" + pack[2:],
    "of another key's number": lambda _, pack: pack[:2] + b"\0\0\0\x63" + pack[6:],
    "a text in the clear": lambda _, pack: b"\x81\x01\xa8Xaverine",
}
MOVED = {
    "customer": {
        "another person's": of("other customer"),
        "her own interaction's": of("her interaction 1"),
        "another tenant's": of("far customer"),
    },
    "interaction 1": {
        "another person's": of("other interaction 1"),
        "her other interaction's": of("her interaction 2"),
        "her own record's": of("her customer"),
        "her opportunity's": of("her opportunity"),
        "another tenant's": of("far interaction 1"),
    },
}
WAYS = [
    pytest.param(what, way, id=f"{what}, {name}")
    for what, moved in MOVED.items()
    for name, way in {**CHANGED, **moved}.items()
]
READS: dict[str, dict[str, str]] = {
    "customer": {
        "node": "query($her: ID!) { node(id: $her) { ... on Customer { name } } }",
        "list": "{ customers(first: 9) { nodes { name } } }",
        "another field": "{ customers(first: 9) { nodes { birthDate } } }",
        "order": "{ customers(first: 9, orderBy: {field: NAME}) { nodes { id } } }",
        "search": '{ search(query: "Xaverine", types: [CUSTOMER], first: 9) { hits { score } } }',
        "named": '{ customers(first: 9, filter: {name: {startsWith: "Xav"}}) { nodes { name } } }',
        "edge": "{ interactions(first: 9) { nodes { customer { name } } } }",
        "aliased": "{ a: customers(first: 9) { nodes { ... on Customer { x: name } } } }",
    },
    "interaction 1": {
        "node": "query($call: ID!) { node(id: $call) { ... on Interaction { body } } }",
        "list": "{ interactions(first: 9) { nodes { subject } } }",
        "nested": "{ customers(first: 9) { nodes { interactions(first: 9) { nodes { body } } } } }",
        "search": '{ search(query: "gaskets", types: [INTERACTION], first: 9) { hits { score } } }',
        "timeline": "query($her: ID!) { node(id: $her) { ... on Customer { timeline(first: 9)"
        " { nodes { record { ... on Interaction { subject } } } } } } }",
    },
}
WRITE = """mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { version } userErrors { code } } }"""


def variables(books: Books, query: str) -> dict[str, str]:
    given = {"her": books.ids["her customer"], "call": books.ids["her interaction 1"]}
    return {name: id_ for name, id_ in given.items() if f"${name}:" in query}


@pytest.mark.parametrize("what", READS)
async def test_what_was_not_changed_is_read(books: Books, what: str) -> None:
    for query in READS[what].values():
        await books.api.data(query, as_="compliance", **variables(books, query))


@pytest.mark.parametrize(("what", "way"), WAYS)
async def test_what_does_not_belong_there_is_an_error_everywhere(
    books: Books,
    put: Put,
    heard: Heard,
    what: str,
    way: Way,
) -> None:
    name = f"her {what}"
    pack = way(books.packs, books.packs[name])
    await put(name, pack)
    for query in READS[what].values():
        answer = await books.api.ask(query, as_="compliance", **variables(books, query))
        assert_refused(answer, query, pack)
    logs = heard.text()
    assert logs.count("request.failed") == len(READS[what])
    assert logs.count("UnsealError") == len(READS[what])
    for which, whose in (("row", name), ("subject", "her customer")):
        assert len(re.findall(f"{which}=.{{0,9}}{books.ids[whose][4:]}", logs)) == len(READS[what])
    assert found_in(logs.encode(), SECRETS) == set()
    assert pack[18:34].hex() not in logs or not pack[18:34]


def assert_refused(answer: dict[str, Any], query: str, pack: bytes) -> None:
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"INTERNAL"}, query
    assert {error["message"] for error in answer["errors"]} == {"something went wrong here"}
    assert found_in(str(answer).encode(), SECRETS) == set()


@pytest.mark.parametrize("way", CHANGED.values(), ids=CHANGED.keys())
async def test_a_record_that_does_not_open_is_not_written_over(
    books: Books, put: Put, urls: Urls, way: Way
) -> None:
    changed = way(books.packs, books.packs["her customer"])
    await put("her customer", changed)
    input_ = {"id": books.ids["her customer"], "expectedVersion": 1, "familyName": "New"}
    answer = await books.api.ask(WRITE, as_="sales", input=input_)
    assert_refused(answer, WRITE, changed)
    async with Database.open(urls) as database:
        assert await database.pack(books.ids["her customer"]) == changed


async def test_a_ciphertext_that_is_gone_is_said_to_be(books: Books, put: Put) -> None:
    """Without one, nothing tells it from what was erased; it is never an empty value."""
    await put("her customer", None)
    query = """query($her: ID!) { node(id: $her) { ... on Customer { name
        redactions { field reason } } } }"""
    node = (await books.api.data(query, as_="compliance", her=books.ids["her customer"]))["node"]
    assert node == {"name": None, "redactions": [{"field": "name", "reason": "ERASED"}]}
