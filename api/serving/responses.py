"""HTTP responses, answers and refusals, as GraphQL over HTTP (section 6) has them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from api.serving.media_types import EVENT_STREAM, GRAPHQL_JSON, JSON

RETRY_AFTER_SECONDS = "2"
CLIENT_GONE = 499
Body = dict[str, Any]


class RefusedError(Exception):
    """A request that does not reach the executor."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.extensions = {"code": code, **extensions}
        self.shown: Body | None = None

    def body(self) -> Body:
        """The form that every error has outside an answer's data."""
        return {"errors": [{"message": str(self), "extensions": self.extensions}]}


def unavailable_now(message: str = "the database does not answer") -> RefusedError:
    """The refusal while a database or the root key is down."""
    headers = {"retry-after": RETRY_AFTER_SECONDS}
    return RefusedError(503, "UNAVAILABLE", message, headers)


def restore_needed() -> RefusedError:
    """The refusal until the tombstones since a backup were replayed."""
    headers = {"retry-after": RETRY_AFTER_SECONDS}
    message = "a database was restored, and is served when that is finished"
    return RefusedError(503, "RESTORE_NEEDED", message, headers)


def internal(id_: str) -> RefusedError:
    """The refusal behind a fault of ours, which stands in the log under this id."""
    return RefusedError(500, "INTERNAL", "something went wrong here", id=id_)


def answered(body: Body, media_type: str) -> Response:
    """An answer. Without data it is 400, unless the client wants plain JSON, which tells nothing by its
    status.
    """
    if media_type == EVENT_STREAM:
        return Response(
            b"event: next\ndata: %b\n\nevent: complete\ndata: \n\n" % orjson.dumps(body),
            headers={"content-type": f"{EVENT_STREAM}; charset=utf-8", "cache-control": "no-store"},
        )
    is_refused = "data" not in body and media_type == GRAPHQL_JSON
    return _json(body, HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK, media_type)


def refused(refusal: RefusedError, media_type: str) -> Response:
    """The answer to a request that is refused: its status says why, whatever the client wants."""
    body = refusal.body()
    if refusal.shown is not None:
        body["extensions"] = refusal.shown
    shown = JSON if media_type == EVENT_STREAM else media_type
    return _json(body, refusal.status, shown, refusal.headers)


def _json(
    body: Body, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=f"{media_type}; charset=utf-8",
        headers={"cache-control": "no-store", **(headers or {})},
    )
