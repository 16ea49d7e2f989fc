"""Waiting for what another process or task does, by its pauses and not by the clock of a busy machine."""

import asyncio
from collections.abc import Awaitable, Callable

_PAUSE_S = 0.05


async def within_a_second(check: Callable[[], Awaitable[bool]]) -> None:
    """Raises ``AssertionError`` where ``check`` does not hold after pauses of a second in all."""
    for _ in range(round(1 / _PAUSE_S)):
        if await check():
            return
        await asyncio.sleep(_PAUSE_S)
    assert await check()
