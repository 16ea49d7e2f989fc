"""How open keys are kept, and that nothing is left of those that are not."""

import copy
import logging
import math
import pickle
from collections.abc import Sequence

import pytest
import structlog

from privacy.vault import opened_keys
from privacy.vault.opened_keys import CACHE_SECONDS, OpenedKey, OpenedKeys
from privacy.vault.sealing import SealingKey, seal, unseal

TENANT, RIVAL = "tenant", "rival"
SECRET = bytearray(range(32))
WIPED = bytearray(32)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clock: Clock) -> OpenedKeys:
    opened = OpenedKeys(clock)
    opened.until = math.inf
    return opened


def a_key(number: int = 1, *others: OpenedKey) -> OpenedKey:
    return OpenedKey(number, bytearray(SECRET), others)


def keep(opened: OpenedKeys, *people: str, tenant: str = TENANT) -> list[bytearray]:
    """What is kept of these people's keys in the clear."""
    keys = {person: a_key() for person in people}
    opened.remember(tenant, keys, opened.clock(), opened.changes)
    return [key.secret for key in keys.values()]


def ready(opened: OpenedKeys, *people: str) -> Sequence[SealingKey | None]:
    """The keys that are ready without being made so."""
    return [opened.of(TENANT)[person].ready for person in people]


def opens(one: SealingKey, other: SealingKey) -> bool:
    return unseal(other, seal(one, b"Ada", b"here").data, b"here") == b"Ada"


# --- use ------------------------------------------------------------------------------------------


def test_a_kept_key_is_the_key_that_was_fetched(opened: OpenedKeys) -> None:
    key = a_key()
    fetched = opened.remember(TENANT, {"ada": key}, 0.0, 0)["ada"]
    key.ready = None
    assert opens(fetched, opened.ready(TENANT, ["ada", "bob"], 1.0)["ada"])
    assert opened.ready(RIVAL, ["ada"], 1.0) == {}


def test_a_key_made_ready_again_opens_what_its_older_numbers_sealed(opened: OpenedKeys) -> None:
    older = OpenedKey(1, bytearray(b"1" * 32))
    sealed = seal(older.made_ready(), b"Ada", b"here").data
    keep(opened, "bob")
    opened.remember(TENANT, {"ada": a_key(2, older)}, 0.0, 0)
    opened.of(TENANT)["ada"].ready = None
    assert unseal(opened.ready(TENANT, ["ada"], 1.0)["ada"], sealed, b"here") == b"Ada"


def test_without_a_lease_no_kept_key_is_used(opened: OpenedKeys) -> None:
    keep(opened, "ada")
    opened.until = 1.0
    assert opened.ready(TENANT, ["ada"], 0.999)
    assert not opened.ready(TENANT, ["ada"], 1.0)


def test_a_page_is_made_ready_once(opened: OpenedKeys) -> None:
    keep(opened, "ada")
    assert opened.ready(TENANT, ["ada"], 1.0) == opened.ready(TENANT, ["ada"], 2.0)


def test_few_keys_are_kept_ready_and_one_page_in_some_takes_the_place_of_others(
    monkeypatch: pytest.MonkeyPatch, opened: OpenedKeys
) -> None:
    monkeypatch.setattr(opened_keys, "READY_KEYS_MAX", 2)
    keep(opened, "ada", "bob")
    keep(opened, "eve")
    assert ready(opened, "eve") == [None]
    for _ in range(opened_keys.READY_ONE_IN - 1):
        assert None not in ready(opened, "ada", "bob")
        opened.ready(TENANT, ["eve"], 1.0)
    assert [key is None for key in ready(opened, "ada", "bob", "eve")] == [True, False, False]


def test_a_page_of_more_people_than_are_kept_ready_displaces_nobody(
    monkeypatch: pytest.MonkeyPatch, opened: OpenedKeys
) -> None:
    monkeypatch.setattr(opened_keys, "READY_KEYS_MAX", 2)
    keep(opened, "ada", "bob")
    for _ in range(2 * opened_keys.READY_ONE_IN):
        keep(opened, *"12345")
    assert None not in ready(opened, "ada", "bob")
    assert len(opened.ready(TENANT, "12345", 1.0)) == 5


def test_a_wiped_key_takes_no_place_among_those_that_are_ready(
    monkeypatch: pytest.MonkeyPatch, opened: OpenedKeys
) -> None:
    monkeypatch.setattr(opened_keys, "READY_KEYS_MAX", 1)
    keep(opened, "ada")
    opened.heard(0.0, ["ada"])
    keep(opened, "bob")
    assert None not in ready(opened, "bob")


# --- nothing is left ------------------------------------------------------------------------------


def test_a_dropped_key_is_overwritten_for_every_tenant_and_its_others_too(
    opened: OpenedKeys,
) -> None:
    older = a_key()
    key = a_key(2, older)
    opened.remember(TENANT, {"ada": key}, 0.0, 0)
    (rivals,) = keep(opened, "ada", tenant=RIVAL)
    (bobs,) = keep(opened, "bob")
    opened.heard(0.5, ["ada"])
    assert key.secret == older.secret == rivals == WIPED
    assert key.ready is None
    assert bobs == SECRET


def test_what_is_forgotten_is_overwritten(opened: OpenedKeys) -> None:
    secrets = keep(opened, "ada", "bob")
    opened.forget()
    assert secrets == [WIPED, WIPED]
    assert len(opened) == 0


def test_what_expired_is_overwritten_though_nobody_asks_for_it(
    opened: OpenedKeys, clock: Clock
) -> None:
    (adas,) = keep(opened, "ada")
    (rivals,) = keep(opened, "ada", tenant=RIVAL)
    clock.seconds = 1.0
    (bobs,) = keep(opened, "bob")
    opened.heard(CACHE_SECONDS - 0.001, [])
    assert adas == SECRET
    clock.seconds = CACHE_SECONDS
    opened.heard(CACHE_SECONDS, [])
    assert (adas, rivals, bobs) == (WIPED, WIPED, SECRET)
    assert opened.of(RIVAL) == {}


def test_a_key_fetched_again_expires_later_and_the_first_is_overwritten(
    opened: OpenedKeys, clock: Clock
) -> None:
    first, _ = keep(opened, "ada", "bob")
    clock.seconds = 30.0
    (second,) = keep(opened, "ada")
    clock.seconds = CACHE_SECONDS
    opened.heard(CACHE_SECONDS, [])
    assert (first, second) == (WIPED, SECRET)
    assert set(opened.of(TENANT)) == {"ada"}


def test_what_finds_no_room_is_overwritten(
    monkeypatch: pytest.MonkeyPatch, opened: OpenedKeys
) -> None:
    monkeypatch.setattr(opened_keys, "CACHED_KEYS_MAX", 8)
    secrets = keep(opened, *"12345678")
    (newest,) = keep(opened, "9")
    assert secrets == [WIPED] + [SECRET] * 7
    assert newest == SECRET
    keep(opened, *"abcdef", tenant=RIVAL)
    assert len(opened) <= 8


def test_a_key_that_changed_while_it_was_fetched_is_used_once_and_overwritten(
    opened: OpenedKeys,
) -> None:
    key = a_key()
    secret = key.secret
    assert "ada" in opened.remember(TENANT, {"ada": key}, 0.0, opened.changes - 1)
    del key
    assert secret == WIPED
    assert len(opened) == 0


# --- nothing is told ------------------------------------------------------------------------------


def test_open_keys_show_nothing_of_themselves(
    opened: OpenedKeys, caplog: pytest.LogCaptureFixture
) -> None:
    keep(opened, "ada")
    key = a_key(2, a_key())
    shown = [f(one) for one in (key, opened) for f in (repr, str, "{}".format)]
    caplog.set_level(logging.DEBUG)
    logging.getLogger(__name__).warning("%r %s", [key], {"keys": opened.of(TENANT)})
    event = structlog.processors.JSONRenderer()(None, "", {"key": key, "keys": opened})
    said = " ".join([*shown, caplog.text, str(event)])
    assert "OpenedKey(number=2)" in said
    assert "OpenedKeys(1)" in said
    assert "bytearray" not in said
    assert SECRET.hex() not in said
    assert repr(bytes(SECRET))[2:-1] not in said


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_open_keys_are_never_pickled(opened: OpenedKeys, protocol: int) -> None:
    for kept in (a_key(), opened):
        with pytest.raises(TypeError, match="never pickled"):
            pickle.dumps(kept, protocol)


def test_open_keys_are_never_copied(opened: OpenedKeys) -> None:
    for kept in (a_key(), opened):
        with pytest.raises(TypeError, match="never pickled"):
            copy.copy(kept)
        with pytest.raises(TypeError, match="never pickled"):
            copy.deepcopy(kept)
