"""Credential status of whoever asks: a request that lasts does not outlast its credential, nor what its
bearer may.

It is looked at when a request comes, and, unless no time has gone by, again when its body is there, before
and after each field of a mutation, before its commit, and before what was read is shown.
"""

import time
from collections.abc import Awaitable, Callable

from api.serving.responses import RefusedError
from policy.subjects.principals import Principal

FRESH_SECONDS = 0.1
"""With the time for which authentication remembers (``recent.FRESH_SECONDS``) less than a second."""
CHANGED = "STANDING_CHANGED"


class CredentialStatus:
    """Of one request."""

    def __init__(
        self,
        principal: Principal,
        ask: Callable[[], Awaitable[Principal]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._principal = principal
        self._ask = ask
        self._clock = clock
        self._asked = clock()

    async def require(self) -> None:
        """Raise ``RefusedError`` where the credential holds no more, or its bearer is in another role or
        department than they were.
        """
        now = self._clock()
        if now - self._asked < FRESH_SECONDS:
            return
        if await self._ask() != self._principal:
            message = "what you may do was changed meanwhile: ask again"
            raise RefusedError(409, CHANGED, message)
        self._asked = now
