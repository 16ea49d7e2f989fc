"""No request is worked on for longer than it may take, or for a client that has gone.

Most requests are done before anybody looks; only one that is not has its connection watched. What is
stopped is cancelled, and with it the statement that PostgreSQL runs for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

LOOK_AFTER_S = 0.05
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Result = TypeVar("Result")


class DeadlineError(Exception):
    """The request took longer than it may."""


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


async def supervised(work: Awaitable[Result], receive: Receive, deadline_s: float) -> Result:
    """The result of ``work``; raises ``DeadlineError`` and ``ClientGoneError`` when it is stopped."""
    watch = _Watch(receive, deadline_s)
    try:
        return await work
    except BaseException:  # Whatever the cancellation became on its way, its reason is told.
        if watch.reason is not None:
            raise watch.reason from None
        raise
    finally:
        watch.stop()


class _Watch:
    """Cancels the task that made it."""

    def __init__(self, receive: Receive, deadline_s: float) -> None:
        self.reason: Exception | None = None
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._receive = receive
        self._deadline_s = deadline_s
        self._listener: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(min(LOOK_AFTER_S, deadline_s), self._look)

    def stop(self) -> None:
        self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
            self._listener = None
        if self.reason is not None and self._task is not None:
            self._task.uncancel()

    def _look(self) -> None:
        left_s = max(0, self._deadline_s - LOOK_AFTER_S)
        self._timer = self._loop.call_later(left_s, self._end, DeadlineError())
        self._listener = self._loop.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(ClientGoneError())

    def _end(self, reason: Exception) -> None:
        if self.reason is None and self._task is not None:
            self.reason = reason
            self._task.cancel()
