"""A small client of WebDriver (https://www.w3.org/TR/webdriver2/), for Debian's chromium-driver.

Selenium would do, but it brings trio, and with it every asynchronous test would run twice.
"""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import pytest

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, TAB, CONTROL, DOWN, END = "\ue007", "\ue004", "\ue009", "\ue015", "\ue010"
TIMEOUT_S = 30
NETWORK = {"http", "https", "ws", "wss"}  # The others stay in the browser: data:, chrome:.

ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # Chromium has none for root.
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1280,800",
]


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with one page and a profile of its own."""

    http: httpx.AsyncClient

    @classmethod
    @asynccontextmanager
    async def started(cls, profile: Path) -> AsyncIterator[Self]:
        if not (CHROMIUM and CHROMEDRIVER):
            pytest.skip("there is no browser here: install Debian's chromium and chromium-driver")
        with _driver() as url:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as http:
                answer = await http.post(f"{url}/session", json=_capabilities(profile))
                session = f"{url}/session/{_value(answer)['sessionId']}"
                http.base_url = session
                try:
                    yield cls(http)
                finally:
                    await http.delete(session)

    async def open(self, url: str) -> None:
        await self._post("url", url=url)

    async def renew(self, origin: str) -> None:
        """Another tab, and nothing kept of the origin: as in a browser that was just started."""
        tab = (await self._post("window/new", type="tab"))["handle"]
        _value(await self.http.delete("window"))
        await self._post("window", handle=tab)
        given = {"origin": origin, "storageTypes": "all"}
        await self._post("goog/cdp/execute", cmd="Storage.clearDataForOrigin", params=given)
        await self.complaints()
        await self.hosts()

    async def run(self, script: str, *args: str) -> Any:
        """What the body of a function returns in the page."""
        return await self._post("execute/sync", script=script, args=args)

    async def text(self, css: str) -> str:
        """What the element shows; nothing if there is none."""
        return str(
            await self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css)
        )

    async def label(self, css: str) -> str:
        """How assistive technology calls the element."""
        found = await self._post("element", using="css selector", value=css)
        return str(await self._get(f"element/{found[ELEMENT]}/computedlabel"))

    async def type(self, keys: str, *, holding: str = "") -> None:
        """Press keys, wherever the focus is."""
        actions = [{"type": "keyDown", "value": key} for key in holding]
        for key in keys:
            actions += [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        actions += [{"type": "keyUp", "value": key} for key in holding]
        await self._post("actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    async def see(self, text: str, css: str) -> None:
        """Wait until the text stands in the element."""
        async with asyncio.timeout(TIMEOUT_S):
            while text not in await self.text(css):  # noqa: ASYNC110 - the driver sends no events
                await asyncio.sleep(0.05)

    async def complaints(self) -> list[str]:
        """The console's errors since the last call; those of the content policy are among them."""
        entries = await self._post("se/log", type="browser")
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    async def hosts(self) -> set[str]:
        """Where the page sent requests since the last call."""
        found = set()
        for entry in await self._post("se/log", type="performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                url = urlsplit(event["params"]["request"]["url"])
                found.add(url.netloc if url.scheme in NETWORK else "")
        return found - {""}

    async def _get(self, path: str) -> Any:
        return _value(await self.http.get(path))

    async def _post(self, path: str, **body: Any) -> Any:
        return _value(await self.http.post(path, json=body))


class BrowserError(Exception):
    """The driver refused a command."""


def _value(answer: httpx.Response) -> Any:
    value = answer.json()["value"]
    if answer.is_error:
        raise BrowserError(f"{value['error']}: {value['message']}")
    return value


def _capabilities(profile: Path) -> dict[str, Any]:
    options = {"binary": CHROMIUM, "args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
    wanted = {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }
    return {"capabilities": {"alwaysMatch": wanted}}


@contextmanager
def _driver() -> Iterator[str]:
    command = [str(CHROMEDRIVER), "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - Debian's own program
        assert process.stdout
        try:
            said = iter(process.stdout.readline, b"")
            port = next(
                found[1] for line in said if (found := re.search(rb"on port (\d+)\.", line))
            )
            yield f"http://127.0.0.1:{port.decode()}"
        finally:
            process.terminate()
