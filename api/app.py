"""The Starlette application."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from api.databases import Urls
from api.graphiql import STATIC, graphiql
from api.graphql.endpoint import RETRY_AFTER_SECONDS, GraphQLEndpoint
from api.graphql.schema import build_schema
from api.settings import Settings
from api.wiring import Services, services
from privacy.database import DatabaseUnavailableError

Handler = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, urls: Urls) -> Starlette:
    """The application; it connects when it starts and closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with services(settings, urls) as connected:
            app.state.endpoint = GraphQLEndpoint(schema, connected)
            app.state.services = connected
            yield

    schema = build_schema()
    routes: list[BaseRoute] = [
        Route("/graphql", _graphql, methods=["POST"]),
        Route("/healthz/live", _live),
        Route("/healthz/ready", _ready),
    ]
    if settings.development:
        routes += [
            Route("/graphql", graphiql, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _graphql(request: Request) -> Response:
    endpoint: GraphQLEndpoint = request.app.state.endpoint
    return await endpoint(request)


async def _live(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "live"})


async def _ready(request: Request) -> Response:
    """Both databases answer too."""
    connected: Services = request.app.state.services
    try:
        await connected.pool.ping()
        await connected.vault_pool.ping()
    except DatabaseUnavailableError:
        return JSONResponse(
            {"status": "unavailable"}, 503, headers={"retry-after": RETRY_AFTER_SECONDS}
        )
    return JSONResponse({"status": "ready"})
