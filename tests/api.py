"""Asking the real application, over HTTP as ASGI has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import httpx

from api.app import create_app
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principals import principal_named


@dataclass(frozen=True, slots=True)
class Api:
    """A client of the application; ``as_`` names who asks."""

    http: httpx.AsyncClient
    services: Services
    tenant: str

    @classmethod
    @asynccontextmanager
    async def started(
        cls, settings: Settings, urls: Urls, services: Services, tenant: str
    ) -> AsyncIterator[Self]:
        app = create_app(settings, urls)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://farley") as http:
                yield cls(http, services, tenant)

    async def token(self, name: str) -> str:
        principal = await principal_named(self.services.pool, self.tenant, name)
        return self.services.signer.issue(principal, timedelta(hours=1))

    async def post(
        self, query: str, *, as_: str, purpose: str | None = None, **variables: Any
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {await self.token(as_)}"}
        if purpose:
            headers["farley-purpose"] = purpose
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(
        self, query: str, *, as_: str, purpose: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The whole answer but what it cost, which differs from time to time."""
        answer: dict[str, Any] = (
            await self.post(query, as_=as_, purpose=purpose, **variables)
        ).json()
        answer.pop("extensions", None)
        return answer

    async def data(
        self, query: str, *, as_: str, purpose: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, as_=as_, purpose=purpose, **variables)
        assert "errors" not in answer, answer["errors"]
        return dict(answer["data"])

    async def mutate(
        self, name: str, selection: str, /, *, as_: str, **input_: Any
    ) -> dict[str, Any]:
        """The payload of a mutation."""
        type_ = name[0].upper() + name[1:] + "Input!"
        query = (
            f"mutation($input: {type_}) {{ {name}(input: $input)"
            f" {{ {selection} userErrors {{ code message path }} }} }}"
        )
        return dict((await self.data(query, as_=as_, input=input_))[name])
