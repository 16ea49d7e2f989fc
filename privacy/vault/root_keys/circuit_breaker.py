"""Circuit breaker for root-key providers: after a failure, one second without a call."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from privacy.vault.providers import KeyProvider, KeyProviderUnavailableError

OPEN_SECONDS = 1.0
"""A provider that is back is noticed within this time."""

log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer")


class CircuitBreaker:
    """Asks a provider that was down not before ``OPEN_SECONDS`` have passed.

    Meanwhile every call fails at once, so that waiting requests do not take all threads.
    """

    def __init__(self, provider: KeyProvider, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._clock = clock
        self._down: tuple[float, str] | None = None

    def __repr__(self) -> str:
        return repr(self._provider)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        return self._ask(lambda: self._provider.wrap(key, context))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what the provider wrapped."""
        return self._ask(lambda: self._provider.unwrap(wrapped, context))

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The same key under the newest root key."""
        return self._ask(lambda: self._provider.rewrap(wrapped, context))

    def current(self, wrapped: bytes) -> bool:
        """Whether it is wrapped under the newest root key."""
        return self._ask(lambda: self._provider.current(wrapped))

    def _ask(self, call: Callable[[], _Answer]) -> _Answer:
        down = self._down
        if down is not None and self._clock() < down[0]:
            raise KeyProviderUnavailableError(down[1])
        try:
            answer = call()
        except KeyProviderUnavailableError as error:
            self._down = self._clock() + OPEN_SECONDS, str(error)
            log.warning("root_key.unavailable", provider=repr(self._provider), reason=str(error))
            raise
        self._down = None
        return answer
