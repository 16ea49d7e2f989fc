"""Refusals beside GraphQL: a path, a method, a fault, each in the same form as all other errors."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.graphql.documents.errors import logged
from api.serving.media_types import JSON
from api.serving.responses import CLIENT_GONE, RefusedError, internal, refused


def not_allowed(allowed: str) -> Response:
    """What everybody hears who sends another method."""
    headers = {"allow": allowed, "vary": "accept"}
    message = "the method is not one of those allowed here"
    return refused(RefusedError(405, "METHOD_NOT_ALLOWED", message, headers), JSON)


async def of_http(_request: Request, error: Exception) -> Response:
    """What Starlette refuses by itself: another method, or a path at which there is nothing."""
    headers = (isinstance(error, HTTPException) and error.headers) or {}
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        names = headers.get("Allow", "GET").split(", ")  # Of a set, in any order.
        return not_allowed(", ".join(sorted(names)))
    message = "there is nothing at this path: operations go to /graphql"
    return refused(RefusedError(404, "UNKNOWN_PATH", message), JSON)


async def of_fault(_request: Request, error: Exception) -> Response:
    """What nobody thought of, logged without its message, which may hold values."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=CLIENT_GONE)
    return refused(internal(logged(error, [])), JSON)
