"""Item 17: long work makes way after each turn, however many requests have some."""

import asyncio
from itertools import pairwise

import pytest

from privacy import cooperative_turns as turns
from privacy.cooperative_turns import in_parts, in_turns

pytestmark = pytest.mark.anyio


async def test_between_two_pieces_of_any_work_all_others_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", -1.0)  # Each item is a turn.
    seen: list[str] = []
    working = True

    async def others() -> None:
        while working:
            seen.append("other")
            await asyncio.sleep(0)

    async def long(name: str) -> list[str]:
        def make(one: str) -> str:
            seen.append(one)
            return one

        return await in_turns([f"{name}{n}" for n in range(5)], make)

    waiting = asyncio.create_task(others())
    made = await asyncio.gather(long("a"), long("b"), long("c"))
    working = False
    await waiting
    assert list(made) == [[f"{name}{n}" for n in range(5)] for name in "abc"]
    assert len([one for one in seen if one != "other"]) == 15
    assert all("other" in pair for pair in pairwise(seen))


async def test_short_work_waits_for_nobody_and_its_time_is_told() -> None:
    told: list[float] = []
    async with turns._turn:
        assert await in_turns(["one"], str.upper, told.append) == ["ONE"]
    assert await in_turns([], str.upper, told.append) == []
    assert await in_turns(list("abc"), str.upper, told.append) == ["A", "B", "C"]
    assert len(told) == 2
    assert all(seconds >= 0 for seconds in told)


async def test_work_that_fails_gives_its_turn_back() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await in_turns(["1", "x"], int)
    assert await in_turns(["1", "2"], int) == [1, 2]


def test_parts_hold_all_in_order() -> None:
    assert in_parts([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert in_parts([], 2) == []
