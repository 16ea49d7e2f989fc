"""Supervision: no request is worked on for longer than it may take, or for a client that has gone.

Most requests are done before anybody looks; only one that is not has its connection watched. What is
stopped is cancelled, and with it the statement that PostgreSQL runs for it. Whoever must not be cancelled
anywhere (``halting``) is asked to end, and is cancelled only if that takes too long.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

LOOK_AFTER_S = 0.05
END_WITHIN_S = 30.0
"""How long one that was asked to end may take for it."""
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Ask = Callable[[Exception], None]
Result = TypeVar("Result")


class DeadlineError(Exception):
    """The request took longer than it may."""


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


async def supervised(
    work: Awaitable[Result], receive: Receive, deadline_s: float, ask: Ask | None = None
) -> Result:
    """The result of ``work``; raises ``DeadlineError`` and ``ClientGoneError`` when it is stopped.

    With ``ask``, which is told the reason, the work ends by itself and may still have a result.
    """
    watch = _Watch(receive, deadline_s, ask)
    try:
        return await work
    except BaseException:  # Whatever the cancellation became on its way, its reason is told.
        if watch.has_cancelled and watch.reason is not None:
            raise watch.reason from None
        raise
    finally:
        watch.stop()


class _Watch:
    """Cancels the task that made it."""

    def __init__(self, receive: Receive, deadline_s: float, ask: Ask | None) -> None:
        self.reason: Exception | None = None
        self.has_cancelled = False
        self._ask = ask
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
        if self.has_cancelled and self._task is not None:
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
        if self.reason is not None:
            return
        self.reason = reason
        if self._ask is None:
            self._cancel()
        else:
            self._timer.cancel()
            self._timer = self._loop.call_later(END_WITHIN_S, self._cancel)
            self._ask(reason)

    def _cancel(self) -> None:
        if self._task is not None:
            self.has_cancelled = True
            self._task.cancel()
