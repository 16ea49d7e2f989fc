import re

import pytest

from api.serving.graphiql import STATIC
from tests.api import Api

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_the_page_lets_only_our_own_files_run(api: Api) -> None:
    page = await api.http.get("/graphql", headers=BROWSER)
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_a_nonce_is_used_once(api: Api) -> None:
    first, second = [await api.http.get("/graphql", headers=BROWSER) for _ in range(2)]
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]


async def test_the_page_names_only_files_that_are_there(api: Api) -> None:
    page = await api.http.get("/graphql", headers=BROWSER)
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(named) == 7
    for address in named:
        assert (await api.http.get(f"/{address}")).content == (STATIC.parent / address).read_bytes()


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
async def test_whoever_is_no_browser_is_told_to_post(api: Api, accept: str) -> None:
    answer = await api.http.get("/graphql", headers={"accept": accept})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
