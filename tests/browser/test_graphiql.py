import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from api.app import create_app
from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.browser.webdriver import CONTROL, DOWN, END, ENTER, TAB, Browser
from tests.builders import a_customer

pytestmark = pytest.mark.proof

STATUS = "#status"
RESPONSE = ".graphiql-response"
IN_EDITOR = "return !!document.activeElement.closest('.graphiql-query-editor .CodeMirror')"
KEPT = "return [Object.keys(localStorage).length, document.cookie, sessionStorage['farley:token']]"
OPEN_SETTINGS = "document.querySelector('[aria-label=\"Open settings dialog\"]').click()"
DIALOG = "[role=dialog]"
STYLES = "return document.querySelectorAll('style').length"
INLINE = """
const script = document.createElement("script");
script.textContent = "window.ranInline = true";
document.head.append(script);
return window.ranInline === true;
"""


@contextmanager
def served(settings: Settings, urls: Urls) -> Iterator[str]:
    """The address of the application, served as in production."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings, urls), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def host(settings: Settings, urls: Urls, tenant: str) -> Iterator[str]:
    with served(settings, urls) as address:
        yield address


@pytest.fixture(scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with Browser.started(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
async def browser(host: str, started: Browser) -> Browser:
    await started.renew(f"http://{host}")
    await started.open(f"http://{host}/graphql")
    return started


async def enter_token(browser: Browser, api: Api) -> None:
    await browser.type(await api.token("sales"))
    await browser.see("Schema loaded", STATUS)


async def walk_to_the_editor(browser: Browser) -> None:
    for _ in range(40):
        if await browser.run(IN_EDITOR):
            return
        await browser.type(TAB)
    pytest.fail("the keyboard does not reach the editor")


async def test_a_query_runs_with_the_keyboard_alone(host: str, browser: Browser, api: Api) -> None:
    await a_customer(api)
    await browser.see("farley token", STATUS)
    await enter_token(browser, api)
    await walk_to_the_editor(browser)
    await browser.type(ENTER, holding=CONTROL)
    await browser.see('"name": "Ada Lovelace"', RESPONSE)
    assert await browser.text(STATUS) == ""
    assert await browser.complaints() == []
    assert await browser.hosts() == {host}


async def test_another_purpose_shows_something_else(browser: Browser, api: Api) -> None:
    await a_customer(api)
    await enter_token(browser, api)
    await browser.type(TAB + "marketing")
    await walk_to_the_editor(browser)
    await browser.type(ENTER, holding=CONTROL)
    await browser.see("PURPOSE_NOT_ALLOWED", RESPONSE)  # With those that they may.
    assert "Lovelace" not in await browser.text(RESPONSE)


async def test_the_schema_is_there_once_the_token_is(browser: Browser, api: Api) -> None:
    await enter_token(browser, api)
    await walk_to_the_editor(browser)
    await browser.type(DOWN * 3 + END + ENTER + "partn")
    await browser.see("partnerAccounts", ".CodeMirror-hints")
    assert await browser.complaints() == []


async def test_a_refused_token_is_said_and_can_be_replaced(browser: Browser, api: Api) -> None:
    await browser.type("nonsense")
    await browser.see("the token is not valid", STATUS)
    await browser.type("a", holding=CONTROL)
    await enter_token(browser, api)


async def test_the_token_is_kept_for_the_tab_only(browser: Browser, api: Api) -> None:
    token = await api.token("sales")
    await browser.type(token + ENTER)
    assert await browser.run(KEPT) == [0, "", token]


async def test_the_controls_have_names(browser: Browser) -> None:
    assert await browser.label("#token") == "Bearer token"
    assert await browser.label("#purpose") == "Purpose"
    assert await browser.label("#credentials") == "Who asks, and for what purpose"


async def test_a_dialog_brings_no_style_that_the_page_forbids(browser: Browser) -> None:
    await browser.run(OPEN_SETTINGS)
    await browser.see("Theme", DIALOG)
    assert await browser.run(STYLES) > 0
    assert await browser.complaints() == []


async def test_an_injected_script_does_not_run(browser: Browser) -> None:
    assert await browser.run(INLINE) is False
    (complaint,) = await browser.complaints()
    assert "Content Security Policy" in complaint
