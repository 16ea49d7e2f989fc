"""What is remembered for a moment: one asks, the others wait, and a failure is not remembered."""

import asyncio
from typing import Any

import pytest

from domain.values.ttl_cache import FRESH_SECONDS, TtlCache


class Source:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = 0.0
        self.values: dict[str, Any] = {}
        self.recent = TtlCache(self._load, clock=lambda: self.now, size_max=2)

    async def _load(self, key: str) -> Any:
        self.asked.append(key)
        await asyncio.sleep(0)
        if isinstance(self.values.get(key), Exception):
            raise self.values[key]
        return self.values.get(key)


async def test_it_is_asked_once_for_all_and_again_after_a_moment() -> None:
    source = Source()
    source.values["a"] = 1
    assert await asyncio.gather(*(source.recent.get("a") for _ in range(5))) == [1] * 5
    source.values["a"] = 2
    assert (await source.recent.get("a"), source.asked) == (1, ["a"])
    source.now = FRESH_SECONDS
    assert (await source.recent.get("a"), source.asked) == (2, ["a", "a"])


async def test_a_failure_is_handed_to_all_and_forgotten() -> None:
    source = Source()
    source.values["a"] = OSError()
    found = await asyncio.gather(
        *(source.recent.get("a") for _ in range(2)), return_exceptions=True
    )
    assert [type(one) for one in found] == [OSError, OSError]
    source.values["a"] = 1
    assert await source.recent.get("a") == 1


async def test_who_is_cancelled_takes_nothing_from_the_others() -> None:
    source = Source()
    source.values["a"] = 1
    first, second = (asyncio.create_task(source.recent.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1
    with pytest.raises(asyncio.CancelledError):
        await first
    assert source.asked == ["a"]


async def test_no_more_is_remembered_than_fits() -> None:
    source = Source()
    for key in ("a", "b", "c", "a"):
        await source.recent.get(key)
    assert source.asked == ["a", "b", "c", "a"]
