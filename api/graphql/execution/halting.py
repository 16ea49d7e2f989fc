"""Halting of mutations: what is committed is reported, and what is not begun any more is as well.

The fields at the root of a mutation come one after the other. When the time is up, or the client has gone,
the one that is at work is cancelled, and rolled back, unless its commit was sent: that is waited for. Those
after it do not begin. Nor does a field begin, or show what it read, once the caller's credential has ended.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from inspect import isawaitable
from typing import Any

from api.serving.responses import RefusedError
from domain.values.errors import FarleyError
from domain.writing.commit import COMMITMENT, Commitment

GRACE_S = 10.0
"""How long a field whose commit was sent is waited for."""


class Outcome(StrEnum):
    """What became of a mutation's field that has no answer."""

    NOT_DONE = "NOT_DONE"
    DONE = "DONE"
    UNKNOWN = "UNKNOWN"


_MESSAGES = {
    Outcome.NOT_DONE: "the time was up before this was done: nothing of it happened",
    Outcome.DONE: "this was done, and the time was up before it could be read",
    Outcome.UNKNOWN: "the time was up while this was written: ask whether it was done",
}

_ENDED = {
    Outcome.NOT_DONE: "what you may do ended meanwhile: nothing of this happened",
    Outcome.DONE: "this was done, and what you may do ended before it could be read",
    Outcome.UNKNOWN: "what you may do ended while this was written: ask whether it was done",
}


class Halt:
    """Of one request: runs its fields, by the keys of their answers, until it is asked to end."""

    def __init__(self, stands: Callable[[], Awaitable[None]]) -> None:
        """``stands`` raises ``RefusedError`` where the caller may ask no more."""
        self._stands = stands
        self.reason: Exception | None = None
        self.has_answered = False
        """Whether a field was gone through, or has left something behind."""
        self._commitments: dict[str, Commitment] = {}
        self._field: tuple[asyncio.Task[Any], Commitment] | None = None

    def ask(self, reason: Exception) -> None:
        """End as soon as that leaves nothing untold."""
        self.reason = reason
        if self._field is None:
            return
        running, commitment = self._field
        if commitment.has_begun:
            asyncio.get_running_loop().call_later(GRACE_S, running.cancel)
        else:
            running.cancel()

    @property
    def has_written(self) -> bool:
        """Whether anything may have been committed."""
        return any(one.has_begun for one in self._commitments.values())

    def outcome(self, key: str) -> Outcome:
        """What became of a field that has no answer."""
        commitment = self._commitments.get(key, Commitment())
        if commitment.is_made:
            return Outcome.DONE
        return Outcome.UNKNOWN if commitment.has_begun else Outcome.NOT_DONE

    def halted(self, key: str) -> FarleyError:
        """Why a field has no answer that was ended, or not begun."""
        return FarleyError(_MESSAGES[self.outcome(key)], code="TIMEOUT")

    async def run(self, key: str, begin: Callable[[], Any]) -> Any:
        """The field's result; raises ``FarleyError`` where it was ended, or not begun."""
        commitment = Commitment(stands=partial(self._require, key))
        self._commitments[key] = commitment
        await self._require(key)
        if self._is_ending():
            raise self.halted(key)
        running = asyncio.create_task(_committing(begin, commitment))
        self._field = running, commitment
        try:
            result = await running
        except asyncio.CancelledError:
            if self.reason is None or not running.cancelled():
                raise
            self.has_answered = self.has_answered or commitment.has_begun
            raise self.halted(key) from None
        finally:
            self._field = None
        self.has_answered = True
        await self._require(key)
        return result

    def _is_ending(self) -> bool:
        return self.reason is not None

    async def _require(self, key: str) -> None:
        try:
            await self._stands()
        except RefusedError as refusal:
            message = _ENDED[self.outcome(key)]
            raise FarleyError(message, code=refusal.extensions["code"]) from None


async def _committing(begin: Callable[[], Any], commitment: Commitment) -> Any:
    COMMITMENT.set(commitment)
    result = begin()
    return await result if isawaitable(result) else result
