"""Several root keys, and ones that are down."""

import pytest
import structlog

from privacy.vault.providers import KeyProviderUnavailableError, WrongRootKeyError
from privacy.vault.root_keys.circuit_breaker import OPEN_SECONDS, CircuitBreaker
from privacy.vault.root_keys.ring import RootKeyRing


class Fake:
    """Wraps by writing its name in front."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.down = False
        self.asked = 0

    def wrap(self, key: bytes, context: bytes) -> bytes:
        self._ask()
        return self.name + key

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        self._ask()
        if not wrapped.startswith(self.name):
            raise WrongRootKeyError
        return wrapped.removeprefix(self.name)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        return self.wrap(self.unwrap(wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        self._ask()
        if not wrapped.startswith(b"k"):
            raise WrongRootKeyError
        return wrapped.startswith(self.name)

    def _ask(self) -> None:
        self.asked += 1
        if self.down:
            raise KeyProviderUnavailableError(f"{self.name.decode()} is down")


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def newest() -> Fake:
    return Fake(b"k2:")


@pytest.fixture
def older() -> Fake:
    return Fake(b"k1:")


@pytest.fixture
def ring(newest: Fake, older: Fake) -> RootKeyRing:
    return RootKeyRing(newest, older)


def test_a_root_key_that_nothing_needs_may_be_down(ring: RootKeyRing, older: Fake) -> None:
    older.down = True
    assert ring.unwrap(ring.wrap(b"key", b""), b"") == b"key"
    assert ring.rewrap(b"k2:key", b"") == b"k2:key"


def test_what_the_older_one_wrapped_opens_while_the_newest_is_down(
    ring: RootKeyRing, newest: Fake
) -> None:
    newest.down = True
    assert ring.unwrap(b"k1:key", b"") == b"key"
    for attempt in (ring.rewrap, ring.wrap):
        with pytest.raises(KeyProviderUnavailableError):
            attempt(b"k1:key", b"")


def test_nothing_is_called_wrong_while_one_that_might_open_it_is_down(
    ring: RootKeyRing, older: Fake
) -> None:
    older.down = True
    with pytest.raises(KeyProviderUnavailableError, match="k1: is down"):
        ring.unwrap(b"k1:key", b"")
    with pytest.raises(KeyProviderUnavailableError, match="k1: is down"):
        ring.rewrap(b"k1:key", b"")


def test_what_none_of_them_opens_is_wrong(ring: RootKeyRing) -> None:
    for attempt in (ring.unwrap, ring.rewrap):
        with pytest.raises(WrongRootKeyError):
            attempt(b"k0:key", b"")
    assert not ring.current(b"foreign")


def test_a_provider_that_was_down_is_left_alone_for_a_moment(newest: Fake) -> None:
    clock = Clock()
    breaker = CircuitBreaker(newest, clock)
    newest.down = True
    with structlog.testing.capture_logs() as events:
        for _ in range(5):
            with pytest.raises(KeyProviderUnavailableError, match="k2: is down"):
                breaker.unwrap(b"k2:key", b"")
        assert (newest.asked, len(events)) == (1, 1)
        newest.down = False
        clock.seconds = OPEN_SECONDS - 0.01
        with pytest.raises(KeyProviderUnavailableError):
            breaker.wrap(b"key", b"")
        clock.seconds = OPEN_SECONDS
        assert breaker.unwrap(b"k2:key", b"") == b"key"
        assert breaker.wrap(b"key", b"") == b"k2:key"
    assert len(events) == 1
    assert events[0]["event"] == "root_key.unavailable"


def test_a_wrong_key_makes_nobody_rest(newest: Fake) -> None:
    breaker = CircuitBreaker(newest, Clock())
    with pytest.raises(WrongRootKeyError):
        breaker.unwrap(b"k1:key", b"")
    assert breaker.unwrap(b"k2:key", b"") == b"key"
