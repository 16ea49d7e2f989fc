"""GraphQL request: JSON in the body of a POST, or parameters of a GET where that is on."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import Receive

from api.serving.media_types import is_json
from api.serving.responses import RefusedError

DOCUMENT_ID_MAX = 200
_JSON_PARAMETERS = ("variables", "extensions")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of a request: a document or the id of a trusted one, never both."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any] | None
    name: str | None


async def posted(request: Request, bytes_max: int, timeout_s: float) -> GraphQLRequest:
    """What the body asks; raises ``RefusedError``."""
    if not is_json(request.headers.get("content-type", "")):
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "send the operation as application/json")
    try:
        return _graphql_request(orjson.loads(await _body(request, bytes_max, timeout_s)))
    except orjson.JSONDecodeError:
        raise _bad("the body is not JSON") from None


def got(request: Request) -> GraphQLRequest:
    """What the parameters of the URL ask; raises ``RefusedError``."""
    given: dict[str, Any] = dict(request.query_params)
    try:
        for name in _JSON_PARAMETERS:
            if given.get(name):
                given[name] = orjson.loads(given[name])
    except orjson.JSONDecodeError:
        raise _bad("a parameter is not JSON") from None
    return _graphql_request(given)


def _graphql_request(given: Any) -> GraphQLRequest:
    if not isinstance(given, dict):
        raise _bad("the body is not a JSON object")
    query, id_ = given.get("query"), given.get("documentId")
    variables, name, extensions = (
        given.get("variables"),
        given.get("operationName"),
        given.get("extensions"),
    )
    if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
        raise _bad("variables and extensions are objects")
    if not isinstance(name, str | None):
        raise _bad("operationName is a string")
    if id_ is None and query is None:
        id_ = _persisted(extensions)
    if (id_ is None) is (query is None):
        raise _bad("send either a query or a documentId")
    text = query if id_ is None else id_
    if not isinstance(text, str) or not text or (id_ is not None and len(text) > DOCUMENT_ID_MAX):
        raise _bad("query and documentId are strings")
    return GraphQLRequest(query, id_, variables, name)


def _persisted(extensions: Mapping[str, Any] | None) -> Any:
    """The id as Apollo's clients send it."""
    given = (extensions or {}).get("persistedQuery")
    return given.get("sha256Hash") if isinstance(given, dict) else None


async def _body(request: Request, bytes_max: int, timeout_s: float) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > bytes_max:
        raise _too_large(bytes_max)
    try:
        async with asyncio.timeout(timeout_s):
            return await _read(request.receive, bytes_max)
    except TimeoutError:
        message = f"the body takes longer than {timeout_s:g} s"
        raise RefusedError(408, "TOO_SLOW", message, {"connection": "close"}) from None


async def _read(receive: Receive, bytes_max: int) -> bytes:
    """The body, in one message as a rule."""
    chunks, size, has_more = [], 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _bad("the body is not complete")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > bytes_max:
            raise _too_large(bytes_max)
        chunks.append(chunk)
        has_more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(bytes_max: int) -> RefusedError:
    return RefusedError(413, "TOO_LARGE", f"a body has at most {bytes_max} bytes")


def _bad(message: str) -> RefusedError:
    return RefusedError(400, "BAD_REQUEST", message)
