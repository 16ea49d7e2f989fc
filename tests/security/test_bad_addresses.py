"""Every answer beside GraphQL's own has a registered code, on whatever path, with whatever method."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from api.auth.authentication import Authenticator
from api.error_codes import CODES
from api.runtime.wiring import Services
from api.serving.exchange import GRANT, JWT
from api.settings.databases import Urls
from api.settings.settings import Settings
from privacy.database import TooSlowError
from tests.api import Api
from tests.footprints import Heard
from tests.serving import served

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
NOWHERE = (
    "/",
    "/nowhere",
    "/graphql/",
    "//graphql",
    "/graphql//stream",
    "/graphql/stream/",
    "/graphql%2f",
    "/GraphQL",
    "/graphql;v=1",
    "/graphql/%2e%2e/graphql",
    "/token/",
    "/metrics/",
    "/healthz",
    "/healthz/live/",
    "/schema.graphql/",
    "/.well-known/openid-configuration",
    "/%00",
    "/%ff%fe",
    "/%c0%ae%c0%ae/",
    "/%F0%9F%92%A9",
    "/static",
)
NO_FILE = (
    "/static/",
    "/static/vendor",
    "/static/%2e%2e/app.py",
    "/static/..%2f..%2fapp.py",
    "/static/%00",
    "/static/farley.svg%00.js",
    "/static/" + "x" * 5_000,
    "/static/%ff",
)
HERE = {
    "/graphql": "POST",
    "/graphql/stream": "POST",
    "/token": "POST",
    "/healthz/live": "GET, HEAD",
    "/healthz/ready": "GET, HEAD",
    "/metrics": "GET, HEAD",
    "/schema.graphql": "GET, HEAD",
    "/static/farley.svg": "GET, HEAD",
}


def code_of(response: httpx.Response) -> str | None:
    """The only one, of the form that every error has; none where a HEAD asked."""
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["cache-control"] == "no-store"
    if response.request.method == "HEAD":
        return None
    (error,) = response.json()["errors"]
    assert {*error} == {"message", "extensions"}
    return str(error["extensions"]["code"])


@pytest.mark.parametrize("path", NOWHERE)
async def test_where_nothing_is_every_method_hears_so(api: Api, path: str) -> None:
    for method in METHODS:
        response = await api.http.request(method, path)
        assert response.status_code == 404, method
        assert code_of(response) in {"UNKNOWN_PATH", None}
        assert "location" not in response.headers


@pytest.mark.parametrize("path", NO_FILE)
async def test_what_is_no_file_is_not_there(api: Api, path: str) -> None:
    for method in METHODS:
        response = await api.http.request(method, path)
        status, code = refused = (
            (404, "UNKNOWN_PATH") if method in {"GET", "HEAD"} else (405, "METHOD_NOT_ALLOWED")
        )
        assert (response.status_code, code_of(response) or code) == refused, method
        assert CODES[code].status == status


@pytest.mark.parametrize(
    "wanted", ["bytes=999999-", "bytes=9-2", "bytes=x", "lines=1-2", "bytes=0-3"]
)
async def test_a_file_comes_whole(api: Api, wanted: str) -> None:
    response = await api.http.get("/static/farley.svg", headers={"range": wanted})
    assert (response.status_code, response.headers["accept-ranges"]) == (200, "none")
    assert "</svg>" in response.text


@pytest.mark.parametrize("path", HERE)
async def test_another_method_hears_which_are_taken(api: Api, path: str) -> None:
    for method in set(METHODS) - {*HERE[path].split(", ")}:
        response = await api.http.request(method, path)
        assert response.status_code == 405, method
        assert code_of(response) in {"METHOD_NOT_ALLOWED", None}
        assert response.headers["allow"] == HERE[path]


async def test_a_fault_is_told_with_an_id_and_logged_without_its_message(
    settings: Settings,
    urls: Urls,
    services: Services,
    tenant: str,
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    async def failing(_request: Request) -> Response:
        raise RuntimeError("Zebulon")

    monkeypatch.setattr("api.app.live", failing)
    async with Api.started(settings, urls, services, tenant) as own:
        response = await own.http.get("/healthz/live")
    assert (response.status_code, code_of(response)) == (500, "INTERNAL")
    assert response.json()["errors"][0]["extensions"]["id"] in heard.text()
    assert "Zebulon" not in heard.text() + response.text


async def test_an_exchange_says_what_is_wrong_in_both_forms(api: Api) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body, status, error, code in (
        (b"", 400, "invalid_request", "INVALID_REQUEST"),
        (b"grant_type=password", 400, "unsupported_grant_type", "UNSUPPORTED_GRANT_TYPE"),
        (b"a=" + b"x" * 70_000, 413, "invalid_request", "TOO_LARGE"),
    ):
        response = await api.http.post("/token", content=body, headers=form)
        assert (response.status_code, response.json()["error"]) == (status, error)
        assert code_of(response) == code
        assert code in CODES


async def test_a_statement_that_takes_too_long_is_no_fault_of_ours(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_arguments: object) -> None:
        raise TooSlowError

    for name in ("principal", "bearer"):
        monkeypatch.setattr(Authenticator, name, slow)
    asked = await api.http.post("/graphql", json={"query": "{ viewer { kind } }"})
    assert (asked.status_code, code_of(asked)) == (504, "TIMEOUT")
    tokens = {
        f"{who}{what}": value
        for who in ("subject_token", "actor_token")
        for what, value in (("", "x"), ("_type", JWT))
    }
    exchanged = await api.http.post("/token", data={"grant_type": GRANT, **tokens})
    assert (exchanged.status_code, code_of(exchanged)) == (503, "UNAVAILABLE")


# --- on a socket ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(settings: Settings, urls: Urls, tenant: str) -> Iterator[int]:
    with served(settings, urls) as listening:
        yield listening


LINES = (
    (b"GET /graphql/ HTTP/1.1", "UNKNOWN_PATH"),
    (b"GET http://elsewhere.example/nowhere HTTP/1.1", "UNKNOWN_PATH"),
    (b"GET /%zz HTTP/1.1", "UNKNOWN_PATH"),
    (b"GET /nowhere?a=%ff&b=%00 HTTP/1.1", "UNKNOWN_PATH"),
    (b"OPTIONS * HTTP/1.1", "UNKNOWN_PATH"),
    (b"GET /gr\xc3\xa4phql HTTP/1.1", "BAD_REQUEST"),
    (b"GET /\xff HTTP/1.1", "BAD_REQUEST"),
    (b"GET nowhere HTTP/1.1", "BAD_REQUEST"),
    (b"GET / HTTP/9.9", "BAD_REQUEST"),
    (b"CONNECT elsewhere.example:443 HTTP/1.1", "BAD_REQUEST"),
    (b"BREW /coffee HTTP/1.1", "BAD_REQUEST"),
    (b"PRI * HTTP/2.0", "BAD_REQUEST"),
)


@pytest.mark.parametrize(("line", "code"), LINES, ids=[str(line) for line, _ in LINES])
async def test_whatever_comes_on_a_socket_has_a_code(
    port: int, heard: Heard, line: bytes, code: str
) -> None:
    head, _, body = (await answer(port, line)).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {CODES[code].status} ".encode())
    assert [one["extensions"]["code"] for one in json.loads(body)["errors"]] == [code]
    assert "Traceback" not in heard.text()


async def test_what_a_head_asks_has_no_body(port: int) -> None:
    head, _, body = (await answer(port, b"HEAD /nowhere HTTP/1.1")).partition(b"\r\n\r\n")
    assert (head.split()[1], body) == (b"404", b"")


async def answer(port: int, line: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(line + b"\r\nhost: farley\r\nconnection: close\r\n\r\n")
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
