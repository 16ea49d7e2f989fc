"""A process goes on listening to PostgreSQL, however it lost it."""

import asyncio

import asyncpg
import pytest

from api.settings.databases import Urls
from privacy.change_listener import change_listener


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

    async def listen(_connection: asyncpg.Connection, told: asyncio.Event) -> None:
        if not raised:
            raised.append(error)
            raise error
        heard.set()
        await told.wait()

    async with change_listener(urls.vault, "test", listen, 0.01):
        await asyncio.wait_for(heard.wait(), 30)
