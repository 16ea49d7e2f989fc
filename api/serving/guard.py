"""Guard of HTTP heads: at most so many bytes and headers, within a time, before anything else is done.

uvicorn's protocol has no such limits, and its parser joins the pieces of a header anew with each that
comes, which takes time by the square of their sum. So what comes is counted before the parser, piece by
piece; what is neither head nor body (chunk extensions, trailers) likewise. A usual request is one piece.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

LINE_REST = 4
"""Bytes of a header's line beside its name and value: a colon, a space, the line's end."""
REQUEST_REST = 32
"""At most, of a head beside its address and its headers: method, version, line ends."""
END = b"\r\n\r\n"
"""Of each head and of each body in chunks."""
PIPELINED_MAX = 32
LINGER_SECONDS = 1.0
LINGER_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """Of one request: bytes of its head (request line and headers), headers, seconds to come in."""

    bytes_max: int = 32 * 1024
    headers_max: int = 100
    timeout_s: float = 10.0


class Stage(Enum):
    """What is expected on a connection."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()


class RefusedHeadError(Exception):
    """Ends the parser from within one of its callbacks."""


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits; ``guarded`` makes one with others."""

    limits = HeadLimits()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._stage = Stage.IDLE
        self._passed = False  # Whether a request began or ended in the piece at hand.
        self._head_least = self._head_most = 0
        self._left = 0  # Bytes to come of a body whose length was told.
        self._tail = b""  # Of what was received, as much as may be the beginning of an END.
        self._body = 0
        self._beside = 0  # Bytes after the head that are no body.
        self._refused_with: tuple[HTTPStatus, str] | None = None
        self._dropped = 0
        self._slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        size = self.limits.bytes_max
        for piece in (data,) if len(data) <= size else _pieces(data, size):
            self._receive_by_parts(piece)

    def _receive_by_parts(self, piece: bytes) -> None:
        """Cut where a head may begin, so that its bytes are counted from the first one."""
        known = self._tail + piece
        self._tail = known[1 - len(END) :]
        piece = self._without_body(piece)
        end = known.rfind(END) + len(END) - (len(known) - len(piece)) if END in known else 0
        if 0 < end < len(piece):
            self._take(piece[:end])
            piece = self._without_body(piece[end:])
        if piece:
            self._take(piece)

    def _without_body(self, piece: bytes) -> bytes:
        if not self._left:
            return piece
        body, rest = piece[: self._left], piece[self._left :]
        self._take(body)
        return rest

    def _take(self, part: bytes) -> None:
        if self._refused_with is not None:
            self._drop(len(part))
        elif not self.transport.is_closing():
            self._receive(part)

    def _receive(self, piece: bytes) -> None:
        before, body = self._stage, self._body
        if before is not Stage.HEAD:
            self._head_most = 0
        self._head_most += len(piece)
        self._passed = False
        super().data_received(piece)
        if self._refused_with is None and (self._stage is not Stage.IDLE or not self._passed):
            self._weigh(before, len(piece), self._body - body)

    def _weigh(self, before: Stage, size: int, of_body: int) -> None:
        """Count a piece after which its request is not complete."""
        if self._stage is not Stage.BODY:
            self._head_least += size
            if self._head_least > self.limits.bytes_max + REQUEST_REST:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "HEADERS_TOO_LARGE")
            elif self._slow is None:
                self._watch()
            return
        if before is Stage.BODY and not self._passed:
            self._beside += size - of_body
        if self._beside > self.limits.bytes_max + self._body:
            self._refuse(HTTPStatus.BAD_REQUEST, "BAD_REQUEST")
        elif self._slow is None and self.cycle.response_complete:
            self._watch()  # What nobody reads any more may not come for ever either.

    # --- callbacks of the parser ---

    def on_message_begin(self) -> None:
        self._stage, self._passed = Stage.HEAD, True
        self._head_least = self._body = self._beside = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if len(self.headers) > self.limits.headers_max or (
            self._head_most > self.limits.bytes_max and self._head() > self.limits.bytes_max
        ):
            self._refused_with = (
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "HEADERS_TOO_LARGE",
            )
            raise RefusedHeadError
        if len(self.pipeline) >= PIPELINED_MAX:
            self._refused_with = HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"
            raise RefusedHeadError
        self._unwatch()
        super().on_headers_complete()
        self._stage, self._passed = Stage.BODY, True
        self._left = next((int(v) for n, v in self.headers if n == b"content-length"), 0)
        self.headers = []  # Trailers come here, and not into the request's headers.

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        self._left = max(0, self._left - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stage, self._passed = Stage.IDLE, True
        self._left = 0
        self._unwatch()
        super().on_message_complete()

    def _head(self) -> int:
        lines = sum(len(name) + len(value) + LINE_REST for name, value in self.headers)
        return len(self.url) + lines

    # --- refusals ---

    def send_400_response(self, _message: str) -> None:
        """What uvicorn says when the parser ended, be it on our behalf."""
        self._refuse(*(self._refused_with or (HTTPStatus.BAD_REQUEST, "BAD_REQUEST")))

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        """Say why, if it is this request's turn, and read no more of the connection."""
        self._refused_with = status, code
        self._unwatch()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self._stage is not Stage.BODY:  # Requests before it are being answered.
                cycle.keep_alive = False
                self.flow.pause_reading()
                return
            has_turn = not cycle.response_started and not self.pipeline
            cycle.disconnected = True
            cycle.message_event.set()
        else:
            has_turn = self._stage is not Stage.BODY
        if not has_turn:
            self.transport.close()
            return
        self.transport.write(_answer(status, code))
        # Closed at once, with bytes unread, the client would be told of a reset and not of the reason.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > LINGER_BYTES_MAX:
            self.transport.abort()

    def _watch(self) -> None:
        self._slow = self.loop.call_later(self.limits.timeout_s, self._too_slow)

    def _unwatch(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        self._slow = None
        if self._stage is Stage.HEAD:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "TOO_SLOW")
        else:
            self.transport.close()


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _answer(status: HTTPStatus, code: str) -> bytes:
    body = orjson.dumps({"errors": [{"message": status.phrase, "extensions": {"code": code}}]})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def guarded(limits: HeadLimits) -> type[GuardedProtocol]:
    """The protocol with these limits."""
    return type("Guarded", (GuardedProtocol,), {"limits": limits})
