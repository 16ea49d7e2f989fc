"""GraphQL over HTTP, as the specification has it and as clients meet it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from tests.api import Api
from tests.builders import a_customer, an_interaction

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
KIND = "{ viewer { kind } }"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
async def production(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    """Not in development, with GET."""
    given = settings.model_copy(update={"development": False, "get": True})
    async with Api.started(given, urls, services, tenant) as api:
        yield api


async def bearer(api: Api, *scopes: str, as_: str = "sales") -> dict[str, str]:
    principal = await principal_named(api.services.pool, api.tenant, as_)
    acting = replace(principal, scopes=frozenset(scopes))
    return {"authorization": f"Bearer {api.services.signer.issue(acting, timedelta(hours=1))}"}


async def posted(
    api: Api, body: dict[str, Any], path: str = "/graphql", **headers: str
) -> httpx.Response:
    given = {**await bearer(api), **headers}
    return await api.http.post(path, json=body, headers=given)


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", "application/xml"])
async def test_who_accepts_nothing_that_is_offered_is_told_so(api: Api, accept: str) -> None:
    response = await posted(api, {"query": KIND}, accept=accept)
    assert response.status_code == 406
    assert codes(response) == ["NOT_ACCEPTABLE"]


WRONG_PARAMETERS: list[dict[str, Any]] = [
    {},
    {"query": KIND, "documentId": "a"},
    {"documentId": 1},
    {"documentId": "a" * 201},
    {"query": KIND, "extensions": []},
    {"query": KIND, "extensions": "x"},
    {"query": KIND, "variables": 0},
    {"query": KIND, "operationName": False},
    {"extensions": {"persistedQuery": "x"}},
    {"extensions": {"persistedQuery": {"sha256Hash": 1}}},
]


@pytest.mark.parametrize("body", WRONG_PARAMETERS, ids=range(len(WRONG_PARAMETERS)))
async def test_parameters_of_the_wrong_type_are_refused(api: Api, body: dict[str, Any]) -> None:
    response = await posted(api, body)
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


@pytest.mark.parametrize("name", ["variables", "operationName", "extensions", "documentId"])
async def test_a_parameter_may_be_null(api: Api, name: str) -> None:
    response = await posted(api, {"query": KIND, name: None})
    assert response.json()["data"] == {"viewer": {"kind": "MEMBER"}}


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_JSON, 400), ("*/*", 200)])
@pytest.mark.parametrize(
    "body",
    [
        {"query": "{"},
        {"query": "{ nothing }"},
        {"query": "query($n: Int!) { customers(first: $n) { totalCount } }"},
        {"query": "{ viewer { " + "kind " * 3_000 + "} }"},
        {"documentId": "nothing"},
    ],
    ids=["syntax", "validation", "variable", "limit", "document"],
)
async def test_only_its_own_media_type_tells_by_the_status_that_nothing_was_executed(
    api: Api, body: dict[str, Any], accept: str, status: int
) -> None:
    response = await posted(api, body, accept=accept)
    assert response.status_code == status
    assert "data" not in response.json()
    assert response.headers["content-type"].endswith("; charset=utf-8")


async def test_an_error_within_the_data_is_no_failure_of_the_request(api: Api) -> None:
    response = await posted(api, {"query": "{ customers { totalCount } }"}, accept=GRAPHQL_JSON)
    assert codes(response) == ["PAGE_SIZE"]
    assert response.status_code == 200
    assert response.json()["data"] is None


# --- what it cost -----------------------------------------------------------------------------------


async def test_every_answer_says_what_it_cost_and_what_is_left(api: Api) -> None:
    person = await a_customer(api)
    for _ in range(3):
        await an_interaction(api, person)
    query = """query($id: ID!) { node(id: $id) { ... on Customer {
        interactions(first: 50) { totalCount nodes { id } } } } }"""
    answer = (await posted(api, {"query": query, "variables": {"id": person}})).json()
    cost = answer["extensions"]["cost"]
    assert (cost["requested"], cost["actual"]) == (1 + 1 + 50 + 10, 1 + 1 + 3 + 10)
    assert cost["throttle"].keys() == {"available", "limit", "restoreRate"}


@pytest.mark.parametrize("query", ["{ nothing }", "{", "{ customers { totalCount } }"])
async def test_an_answer_with_errors_says_what_it_cost_too(api: Api, query: str) -> None:
    cost = (await posted(api, {"query": query})).json()["extensions"]["cost"]
    assert cost["actual"] > 0


# --- GET --------------------------------------------------------------------------------------------


async def test_get_is_off_unless_it_is_switched_on(api: Api) -> None:
    response = await api.http.get(
        "/graphql", params={"query": KIND}, headers={**await bearer(api), "accept": JSON}
    )
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream"])
async def test_other_methods_are_refused_with_a_code_and_the_one_to_use(
    api: Api, method: str, path: str
) -> None:
    response = await api.http.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


async def got(api: Api, **parameters: str) -> httpx.Response:
    return await api.http.get(
        "/graphql", params=parameters, headers={**await bearer(api), "accept": GRAPHQL_JSON}
    )


async def test_a_query_may_come_by_get(production: Api) -> None:
    query = "query Q($n: Int!) { customers(first: $n) { pageInfo { hasNextPage } } }"
    variables = json.dumps({"n": 1})
    response = await got(production, query=query, variables=variables, operationName="Q")
    assert response.status_code == 200
    assert "errors" not in response.json()
    put = await production.http.put("/graphql", headers=await bearer(production))
    assert put.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"query": "mutation { __typename }"}, "NO_OPERATION"),
        ({"query": "query A { viewer { kind } } mutation B { __typename }"}, "NO_OPERATION"),
        ({"query": KIND, "variables": "nonsense"}, "BAD_REQUEST"),
        ({"query": KIND, "variables": "[1]"}, "BAD_REQUEST"),
        ({"query": KIND, "extensions": "1"}, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
    ],
)
async def test_nothing_is_changed_by_get(
    production: Api, parameters: dict[str, str], code: str
) -> None:
    response = await got(production, **parameters)
    assert response.status_code == 400
    assert codes(response) == [code]


async def test_a_get_that_a_browser_sends_by_itself_is_refused(production: Api) -> None:
    for headers in ({}, {"authorization": "Basic c2FsZXM6c2FsZXM="}, {"cookie": "token=x"}):
        response = await production.http.get(
            "/graphql", params={"query": KIND}, headers={"accept": "*/*", **headers}
        )
        assert response.status_code == 401


# --- introspection ----------------------------------------------------------------------------------


async def test_introspection_needs_a_scope_outside_development(production: Api) -> None:
    body = {"query": get_introspection_query()}
    refused = await posted(production, body)
    assert refused.status_code == 403
    assert codes(refused) == ["INTROSPECTION_NOT_ALLOWED"]
    hidden = {"query": '{ ...A } fragment A on Query { x: __type(name: "Customer") { name } }'}
    assert codes(await posted(production, hidden)) == ["INTROSPECTION_NOT_ALLOWED"]
    allowed = await production.http.post(
        "/graphql", json=body, headers=await bearer(production, "introspection")
    )
    assert allowed.json()["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_graphiql_needs_the_scope_too(production: Api) -> None:
    asked = {**BROWSER, **await bearer(production, "introspection")}
    assert "GraphiQL" in (await production.http.get("/graphql", headers=asked)).text
    for headers in (BROWSER, {**BROWSER, **await bearer(production, "adhoc")}):
        assert "GraphiQL" not in (await production.http.get("/graphql", headers=headers)).text


# --- server-sent events -----------------------------------------------------------------------------

STREAM = {"path": "/graphql/stream", "accept": "text/event-stream"}


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    found = []
    for block in response.text.removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields["event"], json.loads(fields["data"] or "null")))
    return found


async def test_a_stream_answers_and_completes(api: Api) -> None:
    response = await posted(api, {"query": KIND}, **STREAM)
    (name, answer), last = events(response)
    assert name == "next"
    assert answer["data"] == {"viewer": {"kind": "MEMBER"}}
    assert answer["extensions"]["cost"]["actual"] == 1
    assert last == ("complete", None)


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ viewer { " + "kind " * 3_000 + "} }"])
async def test_a_stream_tells_of_a_wrong_document_in_an_event(api: Api, query: str) -> None:
    response = await posted(api, {"query": query}, **STREAM)
    assert response.status_code == 200
    (name, answer), last = events(response)
    assert name == "next"
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"]
    assert last == ("complete", None)


async def test_a_stream_makes_the_same_checks(api: Api) -> None:
    text = await api.http.post(
        STREAM["path"], content=b"{}", headers={**await bearer(api), "content-type": "text/plain"}
    )
    assert text.status_code == 415
    unknown = await api.http.post(
        STREAM["path"], json={"query": KIND}, headers={"accept": STREAM["accept"]}
    )
    assert unknown.status_code == 401
    assert unknown.headers["content-type"] == f"{JSON}; charset=utf-8"
    assert (await posted(api, {}, **STREAM)).status_code == 400
    assert (await posted(api, {"query": KIND}, path=STREAM["path"], accept=JSON)).status_code == 406
    got_ = await api.http.get(STREAM["path"], params={"query": KIND}, headers=await bearer(api))
    assert got_.status_code == 405
    mutation = {"query": "mutation { __typename }"}
    assert events(await posted(api, mutation, **STREAM))[0][1]["data"] == {"__typename": "Mutation"}
