"""A request that cannot be gets a code and a place, is never repeated, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.footprints import Heard
from tests.security.bad import LONG, MARK, NOBODY, NUL, assert_silent, posted
from tests.serving import served

PERSON: dict[str, Any] = {"kind": "PERSON", "givenName": MARK}
CREATE = "mutation($v: CreateCustomerInput!) { createCustomer(input: $v) { clientMutationId } }"


def customers(type_: str, filter_: str) -> str:
    return f"query($v: {type_}) {{ customers(first: 1, filter: {{{filter_}}}) {{ totalCount }} }}"


AFTER = customers("DateTime", "createdAt: {gt: $v}")
UNREADABLE: list[tuple[str, Any]] = [
    (CREATE, {**PERSON, "kind": MARK}),
    (CREATE, {**PERSON, "kind": f'{MARK}\'s "kind" Zebulon'}),
    (CREATE, {**PERSON, "kind": 4711}),
    (CREATE, {**PERSON, MARK: MARK}),
    (CREATE, {**PERSON, f"{MARK}' \"Zebulon": 4711}),
    (CREATE, {"givenName": MARK}),
    (CREATE, {**PERSON, "givenName": {"text": MARK}}),
    (CREATE, {**PERSON, "birthDate": MARK}),
    (CREATE, {**PERSON, "birthDate": "0000-01-01"}),
    (CREATE, {**PERSON, "birthDate": "2026-02-30"}),
    (CREATE, {**PERSON, "birthDate": "2026-01-01T00:00:00Z"}),
    (CREATE, {**PERSON, "contactPoints": [{"kind": MARK, "value": MARK}]}),
    (CREATE, {**PERSON, "contactPoints": [{"kind": "EMAIL"}]}),
    (CREATE, {**PERSON, "tags": [None]}),
    (CREATE, {**PERSON, "lifecycle": MARK}),
    (CREATE, MARK),
    (CREATE, [MARK]),
    (CREATE, None),
    (CREATE, 4711),
    (AFTER, MARK),
    (AFTER, "2026-01-01T00:00:00"),
    (AFTER, "2026-01-01"),
    (AFTER, "0001-01-01T00:00:00+14:00"),
    (AFTER, "9999-12-31T23:59:59-14:00"),
    (AFTER, "2026-13-01T00:00:00Z"),
    (AFTER, 4711),
    (customers("Boolean", "language: {isNull: $v}"), MARK),
    (customers("[ID!]", "owner: {in: $v}"), [None]),
    (customers("ID", "owner: {eq: $v}"), {"id": MARK}),
]


@pytest.mark.parametrize(("query", "value"), UNREADABLE, ids=range(len(UNREADABLE)))
async def test_a_variable_that_cannot_be_read(
    api: Api, heard: Heard, unchanged: None, query: str, value: Any
) -> None:
    response = await api.post(query, as_="sales", v=value)
    assert_silent(response, heard)
    assert "4711" not in response.text
    for error in response.json()["errors"]:
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["locations"]
    assert "data" not in response.json()


DOCUMENTS: list[tuple[str, str]] = [
    *(
        (document, "BAD_USER_INPUT")
        for document in (
            'mutation { createCustomer(input: {kind: "Zebulon"}) { clientMutationId } }',
            "mutation { createCustomer(input: {kind: Zebulon}) { clientMutationId } }",
            'mutation { createCustomer(input: {givenName: "Zebulon"}) { clientMutationId } }',
            '{ customers(first: "Zebulon") { totalCount } }',
            '{ customers(first: 1, filter: {createdAt: {gt: "Zebulon"}}) { totalCount } }',
            '{ opportunities(first: 1, filter: {amount: {gt: "Zebulon"}}) { totalCount } }',
            "{ opportunities(first: 1, filter: {amount: {gt: 4711}}) { totalCount } }",
            '{ opportunities(first: 1, filter: {expectedClose: {gt: "Zebulon"}}) { totalCount } }',
            "{ customers(first: 1, orderBy: {field: Zebulon}) { totalCount } }",
            "query($v: Int = Zebulon) { customers(first: $v) { totalCount } }",
        )
    ),
    *(
        (document, "SYNTAX")
        for document in (
            '{ customers(first: 1 Zebulon "',
            '{ node(id: "Zebulon ) { id } }',
            '{ node(id: "\\ud800 Zebulon") { id } }',
            "{ viewer { kind } } # \u202eZebulon\n }",
        )
    ),
]


@pytest.mark.parametrize(("document", "code"), DOCUMENTS, ids=range(len(DOCUMENTS)))
async def test_a_document_that_cannot_be(
    api: Api, heard: Heard, unchanged: None, document: str, code: str
) -> None:
    response = await api.post(document, as_="sales")
    assert_silent(response, heard)
    assert "4711" not in response.text
    errors = response.json()["errors"]
    assert code in {error["extensions"]["code"] for error in errors}
    assert all(error["locations"] for error in errors)


ARGUMENTS: list[tuple[str, Any, str, str]] = [
    (customers("String", "language: {eq: $v}"), NUL, "INVALID", "language"),
    (customers("String", "language: {eq: $v}"), LONG, "INVALID", "language"),
    (customers("[String!]", "tags: {hasAny: $v}"), [NUL], "INVALID", "tags"),
    (customers("[String!]", "tags: {hasAny: $v}"), [MARK] * 501, "INVALID", "tags hasAny"),
    (customers("String", "email: {eq: $v}"), MARK, "INVALID", "email"),
    (customers("String", "email: {eq: $v}"), NUL, "INVALID", "email"),
    (customers("String", "phone: {eq: $v}"), "Zebulon", "INVALID", "phone"),
    (customers("ID", "owner: {eq: $v}"), MARK, "NOT_FOUND", "id"),
    (customers("ID", "owner: {eq: $v}"), f"dep_{NOBODY}", "NOT_FOUND", "id"),
    (
        customers("ExternalReferenceInput", "externalReference: {eq: $v}"),
        {"system": NUL, "id": MARK},
        "INVALID",
        "externalReference",
    ),
    (
        "query($v: CustomerFilter) { customers(first: 1, filter: $v) { totalCount } }",
        {"or": [{"kind": {"eq": "PERSON"}}] * 30},
        "INVALID",
        "filter",
    ),
    (
        "query($v: String) { customers(first: 1, after: $v) { totalCount } }",
        LONG,
        "INVALID_CURSOR",
        "after",
    ),
    ("query($v: [ID!]!) { nodes(ids: $v) { id } }", [MARK] * 101, "INVALID", "ids"),
]


@pytest.mark.parametrize(("query", "value", "code", "fields"), ARGUMENTS, ids=range(len(ARGUMENTS)))
async def test_an_argument_that_cannot_be(
    api: Api, heard: Heard, unchanged: None, query: str, value: Any, code: str, fields: str
) -> None:
    response = await api.post(query, as_="sales", v=value)
    assert_silent(response, heard)
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": code, "fields": fields.split()}
    assert error["path"]


@pytest.mark.parametrize("depth", [60, 400, 2_000])
async def test_filters_nested_too_deeply_are_refused(
    api: Api, heard: Heard, unchanged: None, depth: int
) -> None:
    query = "query($v: CustomerFilter) { customers(first: 1, filter: $v) { totalCount } }"
    nested = '{"not": ' * depth + "{}" + "}" * depth
    body = f'{{"query": "{query}", "variables": {{"v": {nested}}}}}'
    response = await posted(api, body.encode())
    assert_silent(response, heard)
    (code,) = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert code in {"INVALID", "BAD_USER_INPUT", "BAD_REQUEST"}


BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "BAD_REQUEST"),
    (b"Zebulon", 400, "BAD_REQUEST"),
    (b'{"query": "Zebulon', 400, "BAD_REQUEST"),
    (b'"Zebulon"', 400, "BAD_REQUEST"),
    (b'[{"query": "{ viewer { kind } }"}]', 400, "BAD_REQUEST"),
    (b'{"query": 4711}', 400, "BAD_REQUEST"),
    (b'{"query": ""}', 400, "BAD_REQUEST"),
    (b'{"Zebulon": "Zebulon"}', 400, "BAD_REQUEST"),
    (b'{"query": "{ viewer { kind } }", "variables": ["Zebulon"]}', 400, "BAD_REQUEST"),
    (b'{"query": "{ viewer { kind } }", "operationName": 4711}', 400, "BAD_REQUEST"),
    (b'{"query": "{ viewer { kind } }", "operationName": "Zebulon"}', 400, "NO_OPERATION"),
    (b'{"query": "fragment Zebulon on Query { viewer { kind } }"}', 400, "NO_OPERATION"),
    (b'{"query": "subscription { Zebulon }"}', 200, "SUBSCRIPTIONS_NOT_SUPPORTED"),
    (b'{"query": "{ viewer }", "variables": {"v": "\\ud800 Zebulon"}}', 400, "BAD_REQUEST"),
    (b'{"query": "\xff\xfe Zebulon"}', 400, "BAD_REQUEST"),
    ('{"query": "{ viewer { kind } }"}'.encode("utf-16"), 400, "BAD_REQUEST"),
    (b'{"query": "' + b" " * 1024 * 1024 + b'"}', 413, "TOO_LARGE"),
    (b"[" * 5_000, 400, "BAD_REQUEST"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=range(len(BODIES)))
async def test_a_body_that_cannot_be(
    api: Api, heard: Heard, unchanged: None, body: bytes, status: int, code: str
) -> None:
    response = await posted(api, body)
    assert_silent(response, heard)
    assert response.status_code == status
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == [code]


async def test_a_body_that_does_not_say_how_long_it_is_ends_all_the_same(
    api: Api, unchanged: None
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    assert (await posted(api, endless())).status_code == 413


@pytest.mark.parametrize(
    "head",
    [
        b"x: y\r\n" * 101,
        b"long: " + b"Zebulon" * 10_000 + b"\r\n",
        b"long: " + b"Zebulon" * 100_000,
    ],
    ids=["101 headers", "70 kB", "endless"],
)
async def test_heads_are_limited_before_anybody_is_asked_who_they_are(
    settings: Settings, urls: Urls, heard: Heard, head: bytes
) -> None:
    """Item 14; the limits themselves: tests/unit/api/test_guard.py."""
    async with AsyncExitStack() as stack:
        port = stack.enter_context(served(settings, urls))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        stack.callback(writer.close)
        writer.write(b"POST /graphql HTTP/1.1\r\nhost: farley\r\n" + head + b"\r\n")
        said = await asyncio.wait_for(reader.read(), 10)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert said.endswith(b'{"code":"HEADERS_TOO_LARGE"}}]}')
    assert "Zebulon" not in heard.text() + said.decode()


WRITES = (
    'mutation { createCustomer(input: {kind: PERSON, givenName: "Zebulon"}) { clientMutationId } }'
)
MEDIA_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "text/plain; application/json",
    "",
]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_what_a_browser_sends_by_itself_is_refused(
    api: Api, heard: Heard, unchanged: None, media_type: str
) -> None:
    body = b'{"query": "' + WRITES.replace('"', '\\"').encode() + b'"}'
    response = await posted(api, body, **{"content-type": media_type})
    assert_silent(response, heard)
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_no_other_method_runs_an_operation(api: Api, unchanged: None, method: str) -> None:
    headers = {"authorization": f"Bearer {await api.token('sales')}"}
    response = await api.http.request(method, "/graphql", params={"query": WRITES}, headers=headers)
    assert "Zebulon" not in response.text
    assert "createCustomer" not in response.text


@pytest.mark.parametrize("purpose", [MARK, "", "*", "SALES", "sales,compliance", "\u00e9"])
async def test_a_purpose_that_is_not_declared(
    api: Api, heard: Heard, unchanged: None, purpose: str
) -> None:
    response = await posted(api, b'{"query": "{ viewer { kind } }"}', **{"farley-purpose": purpose})
    assert_silent(response, heard)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_PURPOSE"


@pytest.mark.parametrize(
    ("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)]
)
async def test_the_status_of_a_document_that_cannot_be_is_as_its_media_type_has_it(
    api: Api, unchanged: None, accept: str, status: int
) -> None:
    response = await posted(api, b'{"query": "{ nothing }"}', accept=accept)
    assert response.status_code == status
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    answered = await posted(api, b'{"query": "{ viewer { kind } }"}', accept=accept)
    assert answered.status_code == 200
