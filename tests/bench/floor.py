"""The floor: the same rows fetched by one statement and encoded, with no GraphQL, no tenant wall, no
policy, no keys and no audit. What a query costs above it is what Farley does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from asyncpg import create_pool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

COLUMNS = "id::text, encode(sealed, 'base64') AS sealed, country, lifecycle, kind, created_at::text"
SQL = {
    "point read": f"SELECT {COLUMNS} FROM customers WHERE tenant_id = $1 AND id = $2",  # noqa: S608 - constants
    "50 customers": f"SELECT {COLUMNS} FROM customers WHERE tenant_id = $1"  # noqa: S608 - constants
    " ORDER BY created_at DESC, id DESC LIMIT 50",
}


def create_floor(url: str, tenant: str) -> Starlette:
    """``/point`` and ``/list``, over a connection that row-level security does not bind."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with create_pool(url, min_size=8, max_size=8) as pool:
            app.state.pool = pool
            yield

    async def point(request: Request) -> Response:
        return await _answer(request, SQL["point read"], tenant, request.query_params["id"])

    async def page(request: Request) -> Response:
        return await _answer(request, SQL["50 customers"], tenant)

    return Starlette(routes=[Route("/point", point), Route("/list", page)], lifespan=lifespan)


async def _answer(request: Request, sql: str, *arguments: str) -> Response:
    rows = await request.app.state.pool.fetch(sql, *arguments)
    return Response(orjson.dumps([dict(row) for row in rows]), media_type="application/json")
