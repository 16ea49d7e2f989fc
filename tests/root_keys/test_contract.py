"""What holds of every place where a root key can live."""

import logging
import os
import random
import time
import traceback
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog

from privacy.vault.providers import (
    KeyProvider,
    KeyProviderError,
    KeyProviderUnavailableError,
    WrongRootKeyError,
)
from privacy.vault.root_keys import root_keys
from privacy.vault.root_keys.circuit_breaker import OPEN_SECONDS
from privacy.vault.root_keys.ring import RootKeyRing
from tests.root_keys.services import KeyService, RemoteService

CONTEXT = b"farley/1|0199f0b2-7a3c-7c1e-9d55-0e2f6a1b2c3d|seal"
OTHER = b"farley/1|0199f0b2-7a3c-7c1e-9d55-0e2f6a1b2c3d|index"


def test_what_is_wrapped_opens_in_every_process_and_nowhere_shows_its_key(
    service: KeyService,
) -> None:
    keys = [os.urandom(32), bytes(32), b"\xff" * 32]
    wrapped = [service.provider().wrap(key, CONTEXT) for key in keys]
    assert [service.provider().unwrap(one, CONTEXT) for one in wrapped] == keys
    assert not any(key in one for key, one in zip(keys, wrapped, strict=True))


def test_the_same_key_is_wrapped_anew_each_time(service: KeyService) -> None:
    provider, key = service.provider(), os.urandom(32)
    assert len({provider.wrap(key, CONTEXT) for _ in range(3)}) == 3


@pytest.mark.parametrize("context", [OTHER, CONTEXT[:-1], CONTEXT + b" ", b"x"])
def test_what_is_wrapped_does_not_open_for_another_context(
    service: KeyService, context: bytes
) -> None:
    provider = service.provider()
    wrapped = provider.wrap(os.urandom(32), CONTEXT)
    for attempt in (provider.unwrap, provider.rewrap):
        with pytest.raises(WrongRootKeyError):
            attempt(wrapped, context)


def test_what_is_wrapped_does_not_open_under_another_root_key(service: KeyService) -> None:
    wrapped = service.provider().wrap(os.urandom(32), CONTEXT)
    with pytest.raises(WrongRootKeyError, match="the right") as refused:
        service.another().unwrap(wrapped, CONTEXT)
    assert not isinstance(refused.value, KeyProviderUnavailableError)


def test_what_was_changed_does_not_open_wherever_it_was(service: KeyService) -> None:
    provider = service.provider()
    wrapped = provider.wrap(os.urandom(32), CONTEXT)
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1 << random.randrange(8)
        with pytest.raises(WrongRootKeyError):
            provider.unwrap(bytes(changed), CONTEXT)
    assert len(provider.unwrap(wrapped, CONTEXT)) == 32


def test_what_was_cut_does_not_open(service: KeyService) -> None:
    provider = service.provider()
    wrapped = provider.wrap(os.urandom(32), CONTEXT)
    for length in {0, 1, 7, 8, 9, 20, 36, 60, len(wrapped) - 8, len(wrapped) - 1}:
        with pytest.raises(WrongRootKeyError):
            provider.unwrap(wrapped[:length], CONTEXT)
    with pytest.raises(WrongRootKeyError):
        provider.unwrap(wrapped + b"A", CONTEXT)


def test_a_rewrapped_key_is_the_same_key_under_the_newest_root_key(service: KeyService) -> None:
    key = os.urandom(32)
    old = service.provider().wrap(key, CONTEXT)
    assert service.provider().current(old)
    service.rotate()
    provider = service.provider()
    assert not provider.current(old)
    assert provider.unwrap(old, CONTEXT) == key
    new = provider.rewrap(old, CONTEXT)
    assert provider.current(new)
    assert [provider.unwrap(one, CONTEXT) for one in (new, old)] == [key, key]
    assert provider.current(provider.wrap(key, CONTEXT))
    assert provider.unwrap(provider.rewrap(new, CONTEXT), CONTEXT) == key
    with pytest.raises(WrongRootKeyError):
        provider.unwrap(new, OTHER)


def test_what_a_file_wrapped_can_move_to_any_other_place(
    service: KeyService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file, key = root_keys((tmp_path_factory.mktemp("old") / "key").as_uri()), os.urandom(32)
    old = file.wrap(key, CONTEXT)
    ring = RootKeyRing(service.provider(), file)
    assert not ring.current(old)
    assert ring.unwrap(old, CONTEXT) == key
    new = ring.rewrap(old, CONTEXT)
    assert ring.current(new)
    assert service.provider().unwrap(new, CONTEXT) == key


def test_many_threads_may_ask_at_once(service: KeyService) -> None:
    provider, key = service.provider(), os.urandom(32)
    with ThreadPoolExecutor(6) as threads:
        wrapped = list(threads.map(lambda _: provider.wrap(key, CONTEXT), range(12)))
        opened = set(threads.map(lambda one: provider.unwrap(one, CONTEXT), wrapped))
    assert opened == {key}


# --- down ------------------------------------------------------------------------------------------


def asked(provider: KeyProvider, wrapped: bytes) -> Iterator[KeyProviderUnavailableError]:
    for attempt in (
        lambda: provider.unwrap(wrapped, CONTEXT),
        lambda: provider.wrap(bytes(32), CONTEXT),
        lambda: provider.rewrap(wrapped, CONTEXT),
        lambda: provider.current(wrapped),
    ):
        with pytest.raises(KeyProviderUnavailableError) as refused:
            attempt()
        yield refused.value


def test_a_service_that_is_down_is_told_apart_and_works_again_when_it_is_back(
    remote: RemoteService,
) -> None:
    key, provider = os.urandom(32), remote.provider()
    wrapped = provider.wrap(key, CONTEXT)
    remote.stop()
    try:
        errors = [*asked(provider, wrapped), *asked(remote.provider(), wrapped)]
    finally:
        remote.start()
    assert all("does not answer" in str(error) for error in errors)
    deadline = time.monotonic() + 10 * OPEN_SECONDS
    while time.monotonic() < deadline:
        try:
            assert provider.unwrap(wrapped, CONTEXT) == key
        except KeyProviderUnavailableError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider never came back")


# --- silence ---------------------------------------------------------------------------------------


def test_no_key_shows_in_a_repr_a_log_or_an_exception(
    service: KeyService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, provider = os.urandom(32), service.provider()
    told: list[str] = []
    with structlog.testing.capture_logs() as events:
        wrapped = provider.wrap(key, CONTEXT)
        provider.unwrap(wrapped, CONTEXT)
        provider.rewrap(wrapped, CONTEXT)
        for one, context in ((wrapped, OTHER), (wrapped[:-1], CONTEXT)):
            with pytest.raises(KeyProviderError) as refused:
                provider.unwrap(one, context)
            told += _everything(refused.value)
    told += [repr(provider), str(vars(provider).keys()), repr(events), caplog.text]
    for spelling in (key.hex(), b64encode(key).decode(), repr(key), repr(key)[2:-1]):
        assert not any(spelling in text for text in told)
    assert all(b64encode(wrapped[8:]).decode() not in text for text in told)


def _everything(error: BaseException | None) -> list[str]:
    """All that an error and those behind it say of themselves."""
    told = []
    while error is not None:
        told += [repr(error), str(error), repr(vars(error)), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return told
