"""Other origins (CORS): which pages may ask, as the Fetch standard has it (https://fetch.spec.whatwg.org).

Credentials of the browser are never allowed: a page sends its token in a header of its own. So every
answer that is allowed names the one origin that asked, and none says ``*``.
"""

import re
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings.databases import InvalidSettingError

SETTING = "FARLEY_CORS_ORIGINS"
DEVELOPMENT = "http://localhost:*, http://127.0.0.1:*"
ORIGIN = re.compile(
    r"(?P<site>(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\]))(:(?P<port>\*|\d{1,5}))?"
)
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
PORT_MAX = 65_535
USUAL_PORTS = {"http": "80", "https": "443"}

METHODS = b"GET, POST"
REQUEST_HEADERS = (
    b"Accept, Apollo-Require-Preflight, ApolloGraphQL-Client-Name, ApolloGraphQL-Client-Version,"
    b" Authorization, Baggage, Cache-Control, Content-Type, Farley-Purpose, Last-Event-ID,"
    b" Sentry-Trace, Traceparent, Tracestate, X-Requested-With"
)
"""What clients of GraphQL and of tracing send; ours are Authorization and Farley-Purpose."""
SHOWN_HEADERS = b"Retry-After, WWW-Authenticate"
PREFLIGHT_SECONDS = b"7200"
VARY = (b"vary", b"origin")
NOT_ALLOWED = {
    "errors": [
        {
            "message": f"a page of this origin may not ask: {SETTING} names those that may",
            "extensions": {"code": "ORIGIN_NOT_ALLOWED"},
        }
    ]
}
"""For whoever looks for the reason; browsers do not show it to the page."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins as browsers write them, and sites of this machine that are allowed with any port."""

    exact: frozenset[str]
    any_port: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.exact or self.any_port)

    def allow(self, origin: str) -> bool:
        """Whether its pages may ask."""
        if origin in self.exact:
            return True
        found = ORIGIN.fullmatch(origin)
        if found is None or found["port"] == "*" or not _is_port(found["port"]):
            return False
        return found["site"] in self.any_port


def origins(given: str | None, *, development: bool) -> Origins:
    """Those of the setting, separated by commas; raises ``InvalidSettingError``."""
    text = (DEVELOPMENT if development else "") if given is None else given
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    exact, any_port = set(), set()
    for number, entry in enumerate(entries, 1):
        found = ORIGIN.fullmatch(entry.lower())
        if found is None or not _is_port(found["port"]):
            raise InvalidSettingError(_wrong(number, entry))
        if found["port"] != "*":
            is_usual = found["port"] in {None, USUAL_PORTS[found["scheme"]]}
            exact.add(found["site"] if is_usual else found[0])
        elif found["host"] in LOCAL:
            any_port.add(found["site"])
        else:
            message = f"{SETTING}: any port is for this machine's own pages only (entry {number})."
            raise InvalidSettingError(message)
    return Origins(frozenset(exact), frozenset(any_port))


def _is_port(port: str | None) -> bool:
    return port in {None, "*"} or 0 < int(port or 0) <= PORT_MAX


def _wrong(number: int, entry: str) -> str:
    if entry in {"*", "null"}:
        return f"{SETTING}: {entry} would allow every page there is; name each origin (entry {number})."
    return (
        f"{SETTING}: entry {number} is no origin. One is a scheme, a host in ASCII and a port where it is"
        " not the usual one, without a path or a slash at the end: https://crm.example.com,"
        " http://localhost:3000."
    )


class OtherOrigins:
    """Around the application: answers preflights, and says to browsers which pages may read an answer."""

    def __init__(self, app: ASGIApp, allowed: Origins) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        origin = _header(scope["headers"], b"origin")
        is_allowed = origin is not None and self._allowed.allow(origin.decode("latin-1"))
        if (
            origin is not None
            and scope["method"] == "OPTIONS"
            and _header(scope["headers"], b"access-control-request-method") is not None
        ):
            await _preflight(origin if is_allowed else None, send)
            return
        added = [VARY]
        if origin is not None and is_allowed:
            added += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", SHOWN_HEADERS),
            ]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, added)
            await send(message)

        await self._app(scope, receive, sending)


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    for known, value in headers:
        if known == name:
            return value
    return None


def _add(message: MutableMapping[str, Any], added: list[tuple[bytes, bytes]]) -> None:
    message["headers"] = [*message.get("headers", ()), *added]


async def _preflight(origin: bytes | None, send: Send) -> None:
    """The answer before the request proper: nobody is asked who they are, for browsers do not say."""
    body = b"" if origin is not None else orjson.dumps(NOT_ALLOWED)
    headers = [VARY, (b"content-length", str(len(body)).encode())]
    if origin is None:
        headers += [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    else:
        headers += [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", REQUEST_HEADERS),
            (b"access-control-max-age", PREFLIGHT_SECONDS),
        ]
    status = 403 if origin is None else 204
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
