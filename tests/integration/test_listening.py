"""A process goes on listening to PostgreSQL, however it lost it."""

import asyncio

import asyncpg
import pytest

from api.settings.databases import Urls
from privacy.listening import kept_listening


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        asyncpg.InternalClientError("another operation is in progress"),
        asyncpg.PostgresSyntaxError("a statement"),
        KeyError("a fault of ours"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_listening_goes_on_whatever_hearing_raised(urls: Urls, error: Exception) -> None:
    raised: list[Exception] = []
    heard = asyncio.Event()

    async def hear(_connection: asyncpg.Connection, told: asyncio.Event) -> None:
        if not raised:
            raised.append(error)
            raise error
        heard.set()
        await told.wait()

    async with kept_listening(urls.vault, "test", hear, 0.01):
        await asyncio.wait_for(heard.wait(), 30)
