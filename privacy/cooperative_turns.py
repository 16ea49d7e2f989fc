"""Cooperative turns: long work in short pieces, between which other requests have the event loop."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from time import thread_time
from typing import TypeVar

import anyio

TURN_SECONDS = 0.005

Item = TypeVar("Item")
Made = TypeVar("Made")

_turn = anyio.Lock(fast_acquire=True)
"""Of the process: however many requests have long work, the loop does one piece of it and goes round."""


def uncounted(_seconds: float) -> None:
    """Who is told of time that nobody pays for."""


def in_parts(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """The items in order, so many together."""
    return [items[start : start + size] for start in range(0, len(items), size)]


async def in_turns(
    items: Sequence[Item],
    make: Callable[[Item], Made],
    busy: Callable[[float], None] = uncounted,
) -> list[Made]:
    """What is made of each item; ``busy`` is told the seconds of CPU. Each item must be short work, and
    one alone waits for nobody.
    """
    made: list[Made] = []
    if len(items) == 1:
        began = thread_time()
        made.append(make(items[0]))
        busy(thread_time() - began)
        return made
    left = iter(items)
    while len(made) < len(items):
        await _have_turn(left, make, busy, made)
    return made


async def _have_turn(
    left: Iterator[Item],
    make: Callable[[Item], Made],
    busy: Callable[[float], None],
    made: list[Made],
) -> None:
    async with _turn:
        began, spent = thread_time(), 0.0
        for item in left:
            made.append(make(item))
            spent = thread_time() - began
            if spent > TURN_SECONDS:
                break
        busy(spent)
        await asyncio.sleep(0)  # With the turn in hand, so that all others come first.
