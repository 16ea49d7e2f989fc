"""Starlette application: routes, middleware, and what lives as long as the process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api.graphql.http.endpoint import GraphQLEndpoint
from api.graphql.http.health import live, metrics, ready
from api.graphql.schema.schema import build_schema
from api.refusals import not_allowed, of_fault, of_http
from api.runtime.wiring import services
from api.serving.authenticating import authenticating
from api.serving.compression import compressed
from api.serving.exchange import TokenExchange
from api.serving.graphiql import STATIC, graphiql, wants_page
from api.serving.origins import Origins, OtherOrigins, origins
from api.settings.databases import Urls
from api.settings.settings import Settings
from policy.listener import listening
from policy.subjects.scopes import INTROSPECTION
from privacy.bounded_caches import BUDGET, MIB

Answering = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, urls: Urls) -> Starlette:
    """The application; it connects when it starts and closes when it stops.

    Raises ``InvalidSettingError``.
    """
    BUDGET.limit(settings.cache_mb * MIB)
    allowed = origins(settings.cors_origins, development=settings.development)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            services(settings, urls) as connected,
            authenticating(connected) as authenticator,
            listening(urls.main, connected.policies),
        ):
            app.state.endpoint = GraphQLEndpoint(schema, connected, authenticator)
            app.state.exchange = TokenExchange(connected, authenticator)
            app.state.services = connected
            app.state.sdl = cache(schema.as_str)
            yield

    schema = build_schema()
    routes: list[BaseRoute] = [
        Route("/graphql", AnyMethod(_graphql)),
        Route("/graphql/stream", AnyMethod(_stream)),
        Route("/token", _token, methods=["POST"]),
        Route("/healthz/live", live),
        Route("/healthz/ready", ready),
        Route("/metrics", metrics),
        Route("/schema.graphql", _schema),
        Mount("/static", GZipMiddleware(Static(directory=STATIC), compresslevel=6)),
    ]
    refusing: dict[Any, Any] = {HTTPException: of_http, Exception: of_fault}
    farley = Farley(routes=routes, lifespan=lifespan, exception_handlers=refusing, others=allowed)
    # A redirect to the path without its slash would name this process's own scheme: behind a proxy a
    # client would send its token again in the clear.
    farley.router.redirect_slashes = False
    return farley


class Farley(Starlette):
    """An operation goes straight to its endpoint: middleware and routing would cost it as much again as
    its SQL, and it answers whatever goes wrong by itself.
    """

    def __init__(self, *, others: Origins, **given: Any) -> None:
        super().__init__(**given)
        self._others = OtherOrigins(self._answer, others) if others else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if self._others is None or scope["type"] != "http":
            await self._answer(scope, receive, send)
        else:
            await self._others(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql" and scope["method"] == "POST":
            request = Request(scope, receive)
            response = await compressed(await self.state.endpoint(request), request.headers)
            await response(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        except Exception:  # ``of_fault`` answered and logged it; the server would log its message.
            if scope["type"] != "http":
                raise


class AnyMethod:
    """Endpoint that hears of every method, and says itself which it takes."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        response = await self._answering(Request(scope, receive))
        await response(scope, receive, send)


class Static(StaticFiles):
    """GraphiQL's files, taken by browsers for nothing else than they are, and whole: a range that cannot be
    would be refused without a code.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file (ASGI)."""
        headers = [header for header in scope["headers"] if header[0] != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["accept-ranges"] = "none"
        return response


async def _graphql(request: Request) -> Response:
    endpoint: GraphQLEndpoint = request.app.state.endpoint
    has_get = request.app.state.services.settings.get
    if request.method == "GET":
        if wants_page(request) and await endpoint.shows_schema_to(request):
            return graphiql()
        if has_get:
            return await compressed(await endpoint(request), request.headers)
    return not_allowed("GET, POST" if has_get else "POST")


async def _stream(request: Request) -> Response:
    if request.method == "POST":
        endpoint: GraphQLEndpoint = request.app.state.endpoint
        return await endpoint(request, streamed=True)
    return not_allowed("POST")


async def _token(request: Request) -> Response:
    exchange: TokenExchange = request.app.state.exchange
    return await exchange(request)


async def _schema(request: Request) -> Response:
    """The schema as text, for whoever may introspect it."""
    endpoint: GraphQLEndpoint = request.app.state.endpoint
    refusal = await endpoint.refusal_without(INTROSPECTION, request)
    if refusal is not None:
        return refusal
    headers = {"cache-control": "no-store"}
    text = await asyncio.to_thread(request.app.state.sdl)  # Once it takes a while.
    response = Response(text, headers=headers, media_type="text/plain; charset=utf-8")
    return await compressed(response, request.headers)
