"""Somebody with write access to the database changes, moves or cuts ciphertexts: nothing of them is
read, nothing is silently missing, everything else is answered, and the log says which row it is, and
nothing of what stands in it.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

import asyncpg
import pytest

from api.settings.databases import Urls
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
TOLD = "redactions { field reason }"
READS: dict[str, dict[str, str]] = {
    "customer": {
        "node": f"query($her: ID!) {{ node(id: $her) {{ ... on Customer {{ id name {TOLD} }} }} }}",
        "list": f"{{ customers(first: 9) {{ nodes {{ id name {TOLD} }} }} }}",
        "another field": f"{{ customers(first: 9) {{ nodes {{ id birthDate {TOLD} }} }} }}",
        "order": "{ customers(first: 9, orderBy: {field: NAME})"
        f" {{ nodes {{ id name {TOLD} }} }} }}",
        "search": '{ search(query: "Xaverine", types: [CUSTOMER], first: 9)'
        " { hits { record { ... on Customer { id } } } } }",
        "named": '{ customers(first: 9, filter: {name: {startsWith: "Xav"}})'
        f" {{ nodes {{ id name {TOLD} }} }} }}",
        "edge": f"{{ interactions(first: 9) {{ nodes {{ customer {{ id name {TOLD} }} }} }} }}",
        "aliased": "{ a: customers(first: 9) { nodes { id ... on Customer"
        f" {{ x: name {TOLD} }} }} }} }}",
    },
    "interaction 1": {
        "node": f"query($call: ID!) {{ node(id: $call) {{ ... on Interaction {{ id body {TOLD} }} }} }}",
        "list": f"{{ interactions(first: 9) {{ nodes {{ id subject {TOLD} }} }} }}",
        "nested": "{ customers(first: 9) { nodes { interactions(first: 9)"
        f" {{ nodes {{ id body {TOLD} }} }} }} }} }}",
        "search": '{ search(query: "gaskets", types: [INTERACTION], first: 9)'
        " { hits { record { ... on Interaction { id } } } } }",
        "timeline": "query($her: ID!) { node(id: $her) { ... on Customer { timeline(first: 9)"
        f" {{ nodes {{ record {{ ... on Interaction {{ id subject {TOLD} }} }} }} }} }} }} }}",
    },
}
SEALED_FIELDS = {"name", "x", "birthDate", "subject", "body"}
WRITE = """mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { version } userErrors { code } } }"""


def variables(books: Books, query: str) -> dict[str, str]:
    given = {"her": books.ids["her customer"], "call": books.ids["her interaction 1"]}
    return {name: id_ for name, id_ in given.items() if f"${name}:" in query}


@pytest.fixture(scope="module")
async def sound(books: Books) -> Mapping[str, Any]:
    """What is answered while nothing was changed."""
    queries = [query for reads in READS.values() for query in reads.values()]
    return {query: await read(books, query) for query in queries}


async def read(books: Books, query: str) -> Any:
    return await books.api.data(query, as_="compliance", **variables(books, query))


def damaged(found: Any, id_: str) -> Any:
    """An answer as it is to be when a record does not open: told where it is shown, else left out."""
    if isinstance(found, list):
        return [damaged(one, id_) for one in found if one != {"record": {"id": id_}}]
    if not isinstance(found, dict):
        return found
    if found.get("id") != id_:
        return {name: damaged(value, id_) for name, value in found.items()}
    sealed = [name for name in found if name in SEALED_FIELDS]
    told = [{"field": "name" if name == "x" else name, "reason": "DAMAGED"} for name in sealed]
    return {**found, **dict.fromkeys(sealed), "redactions": told}


@pytest.mark.parametrize(("what", "way"), WAYS)
async def test_what_does_not_belong_there_is_told_and_keeps_nothing_else_back(
    books: Books,
    sound: Mapping[str, Any],
    put: Put,
    heard: Heard,
    what: str,
    way: Way,
) -> None:
    name = f"her {what}"
    pack = way(books.packs, books.packs[name])
    await put(name, pack)
    for query in READS[what].values():
        assert await read(books, query) == damaged(sound[query], books.ids[name]), query
    logs = heard.text()
    assert logs.count("record.damaged") >= len(READS[what])
    for which, whose in (("row", name), ("subject", "her customer")):
        told = len(re.findall(f"{which}=.{{0,9}}{books.ids[whose][4:]}", logs))
        assert told == logs.count("record.damaged")
    assert found_in(logs.encode(), SECRETS) == set()
    assert pack[18:34].hex() not in logs or not pack[18:34]


@pytest.mark.parametrize("way", CHANGED.values(), ids=CHANGED.keys())
async def test_a_record_that_does_not_open_is_not_written_over(
    books: Books, put: Put, urls: Urls, way: Way
) -> None:
    changed = way(books.packs, books.packs["her customer"])
    await put("her customer", changed)
    input_ = {"id": books.ids["her customer"], "expectedVersion": 1, "familyName": "New"}
    answer = await books.api.data(WRITE, as_="sales", input=input_)
    refused = {"customer": None, "userErrors": [{"code": "DAMAGED"}]}
    assert answer["updateCustomer"] == refused
    async with Database.open(urls) as database:
        assert await database.pack(books.ids["her customer"]) == changed


async def test_a_ciphertext_that_is_gone_is_said_to_be(books: Books, put: Put) -> None:
    """Without one, nothing tells it from what was erased; it is never an empty value."""
    await put("her customer", None)
    query = """query($her: ID!) { node(id: $her) { ... on Customer { name
        redactions { field reason } } } }"""
    node = (await books.api.data(query, as_="compliance", her=books.ids["her customer"]))["node"]
    assert node == {"name": None, "redactions": [{"field": "name", "reason": "ERASED"}]}
