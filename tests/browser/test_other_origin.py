"""A page of another origin asks (item 7), in a real browser."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.browser.webdriver import Browser
from tests.builders import a_customer
from tests.serving import served

pytestmark = pytest.mark.proof

ASK = """
const [url, path, token] = arguments;
return fetch(url + path, {
  method: "POST",
  headers: {
    "authorization": "Bearer " + token, "content-type": "application/json", "farley-purpose": "sales",
    "accept": path.endsWith("stream") ? "text/event-stream" : "application/json",
  },
  body: JSON.stringify({query: "{ customers(first: 5) { nodes { name } } }"}),
}).then(answer => answer.text(), error => "refused: " + error.name);
"""
REFUSAL = """
return fetch(arguments[0] + "/graphql", {
  method: "POST", headers: {"content-type": "application/json"}, body: "{}",
}).then(answer => answer.status + " " + answer.headers.get("www-authenticate"), error => "refused");
"""


@contextmanager
def page(home: Path) -> Iterator[int]:
    """The port at which somebody else's page is served."""
    (home / "index.html").write_text("<!doctype html><title>Another page</title>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(home))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("is_allowed", [True, False], ids=["allowed", "not allowed"])
async def test_a_page_of_another_origin_reads_what_it_may(
    settings: Settings, urls: Urls, api: Api, tmp_path: Path, *, is_allowed: bool
) -> None:
    await a_customer(api)
    token = await api.token("sales")
    with page(tmp_path) as port:
        origin = f"http://127.0.0.1:{port}" if is_allowed else "https://crm.example.com"
        given = settings.model_copy(update={"development": False, "cors_origins": origin})
        with served(given, urls) as own:
            async with Browser.started(tmp_path / "profile") as browser:
                await browser.open(f"http://127.0.0.1:{port}/index.html")
                server = f"http://127.0.0.1:{own}"
                for path in ("/graphql", "/graphql/stream"):
                    said = await browser.run(ASK, server, path, token)
                    assert ("Ada Lovelace" in said) is is_allowed
                refusal = await browser.run(REFUSAL, server)
                assert refusal == ("401 Bearer" if is_allowed else "refused")
