"""Pages of other origins, compressed answers and the schema as text (items 7 and 10), over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from tests.api import Api
from tests.builders import a_customer

PAGE = "https://crm.example.com"
OTHER = "https://evil.example.net"
WHO = "{ viewer { kind } }"
MANY = "{ customers(first: 50) { nodes { id name email phone createdAt updatedAt } } }"
ENDPOINTS = ["/graphql", "/graphql/stream", "/token"]


@pytest.fixture(scope="module")
async def public(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    """In production, with one page of another origin."""
    given = settings.model_copy(update={"development": False, "cors_origins": PAGE})
    async with Api.started(given, urls, services, tenant) as api:
        yield api


async def preflight(api: Api, path: str, origin: str, **more: str) -> httpx.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,farley-purpose",
        **more,
    }
    return await api.http.request("OPTIONS", path, headers=headers)


def allowed(response: httpx.Response) -> dict[str, str]:
    prefix = "access-control-"
    return {k.removeprefix(prefix): v for k, v in response.headers.items() if k.startswith(prefix)}


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_a_preflight_is_answered_before_anybody_is_known(public: Api, path: str) -> None:
    response = await preflight(public, path, PAGE)
    assert response.status_code == 204
    assert response.headers["vary"] == "origin"
    said = allowed(response)
    assert said["allow-origin"] == PAGE
    assert said["allow-methods"] == "GET, POST"
    names = {name.strip().lower() for name in said["allow-headers"].split(",")}
    assert names >= {"authorization", "content-type", "farley-purpose", "accept"}
    assert "allow-credentials" not in said
    assert int(said["max-age"]) > 0


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{PAGE}.evil.net", PAGE.replace("https", "http")]
)
@pytest.mark.parametrize("path", ENDPOINTS)
async def test_other_pages_are_not_allowed(public: Api, path: str, origin: str) -> None:
    response = await preflight(public, path, origin)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "ORIGIN_NOT_ALLOWED"
    assert allowed(response) == {}
    answer = await public.http.post(path, headers={"origin": origin})
    assert allowed(answer) == {}
    assert "origin" in answer.headers["vary"].lower()


async def test_the_page_may_read_answers_and_refusals(public: Api) -> None:
    token = await public.token("sales")
    known = {"origin": PAGE, "authorization": f"Bearer {token}"}
    for path, headers, status in [
        ("/graphql", known, 200),
        ("/graphql", {"origin": PAGE}, 401),
        ("/graphql", {**known, "accept": "image/png"}, 406),
        ("/graphql/stream", {**known, "accept": "text/event-stream"}, 200),
        ("/token", {"origin": PAGE}, 400),
        ("/nowhere", {"origin": PAGE}, 404),
    ]:
        response = await public.http.post(path, json={"query": WHO}, headers=headers)
        assert response.status_code == status, path
        said = allowed(response)
        assert said["allow-origin"] == PAGE
        assert said["expose-headers"] == "Retry-After, WWW-Authenticate"
        assert "allow-credentials" not in said


async def test_no_page_is_allowed_in_production_by_itself(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> None:
    given = settings.model_copy(update={"development": False})
    async with Api.started(given, urls, services, tenant) as api:
        response = await preflight(api, "/graphql", "http://localhost:3000")
        assert response.status_code == 405
        assert allowed(response) == {}


async def test_pages_of_this_machine_are_allowed_in_development(api: Api) -> None:
    for origin in ("http://localhost:5173", "http://127.0.0.1:3000"):
        assert allowed(await preflight(api, "/graphql", origin))["allow-origin"] == origin
    assert allowed(await preflight(api, "/graphql", OTHER)) == {}


# --- compression ------------------------------------------------------------------------------------


async def test_an_answer_is_compressed_where_the_client_asks(api: Api) -> None:
    for _ in range(8):
        await a_customer(api)
    headers = {"authorization": f"Bearer {await api.token('sales')}"}
    sizes = {}
    for coding in ("gzip", "identity"):
        accepting = {**headers, "accept-encoding": coding}
        response = await api.http.post("/graphql", json={"query": MANY}, headers=accepting)
        assert response.headers.get("content-encoding", "identity") == coding
        assert "accept-encoding" in response.headers["vary"]
        assert len(response.json()["data"]["customers"]["nodes"]) >= 8
        sizes[coding] = int(response.headers["content-length"])
    assert sizes["gzip"] < sizes["identity"] * 0.6


async def test_events_and_small_answers_are_not_compressed(api: Api) -> None:
    headers = {"authorization": f"Bearer {await api.token('sales')}", "accept-encoding": "gzip"}
    small = await api.http.post("/graphql", json={"query": WHO}, headers=headers)
    assert "content-encoding" not in small.headers
    streamed = {**headers, "accept": "text/event-stream"}
    events = await api.http.post("/graphql/stream", json={"query": MANY}, headers=streamed)
    assert "content-encoding" not in events.headers
    assert events.text.startswith("event: next")


# --- the schema as text -----------------------------------------------------------------------------


async def test_the_schema_is_served_to_whoever_may_introspect(api: Api, public: Api) -> None:
    shown = await api.http.get("/schema.graphql")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "text/plain; charset=utf-8"
    assert "type Query {" in shown.text
    assert (await public.http.get("/schema.graphql")).status_code == 401
    sales = {"authorization": f"Bearer {await public.token('sales')}"}
    assert (await public.http.get("/schema.graphql", headers=sales)).status_code == 403
    principal = await principal_named(public.services.pool, public.tenant, "sales")
    able = replace(principal, scopes=frozenset({"introspection"}))
    scoped = public.services.signer.issue(able, timedelta(hours=1))
    shown = await public.http.get("/schema.graphql", headers={"authorization": f"Bearer {scoped}"})
    assert "type Query {" in shown.text
