"""A restore that was killed at any step is not served, and goes on."""

import asyncio
from typing import Any

import pytest

from api.runtime.restoring import Restoring
from domain.erasure.replay import Replay
from privacy.tombstones.journal import Journal
from tests.builders import a_customer, staff
from tests.security.restored import (
    DATABASES,
    CrashError,
    Place,
    gone,
    place,
    ready,
    refused,
)
from tests.security.test_erasure import erased, read
from tests.security.zephirine import zephirine

pytestmark = pytest.mark.proof

__all__ = ["place"]

KILLED = [
    *((which, Replay, step) for which in DATABASES for step in ("destroy", "finish")),
    ("both", Restoring, "_settle"),
    ("both", Journal, "append"),
]


@pytest.mark.parametrize(("which", "of", "step"), KILLED, ids=[f"{w}-{s}" for w, _, s in KILLED])
async def test_a_restore_that_was_killed_is_not_served_and_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch, which: str, of: type, step: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_, others = await zephirine(api), [await a_customer(api) for _ in range(4)]
        files = place.back_up(which)
        for one in (id_, *others):
            await erased(api, one)
    await place.restore_in_place(files)
    action, calls = getattr(of, step), 0

    def dies(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (3 if of is Replay else 1):
            return crash()
        return action(*given, **named)

    def crash() -> Any:
        if of is Journal:
            raise CrashError
        return asyncio.create_task(crashed())

    async def crashed() -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(of, step, dies)
        with pytest.raises(CrashError):
            await place.replay()
    async with place.served() as api:
        await refused(api)
        await place.replay()
        await ready(api)
        for one in others:
            assert (await read(api, one))["name"] is None
        await gone(api, id_)
        assert not (await place.replay()).reasons
