"""Turns: long work in short pieces, between which other requests have the event loop."""

import asyncio
from collections.abc import Callable, Iterable
from time import thread_time
from typing import TypeVar

from domain.reading.work import Work

TURN_SECONDS = 0.01

Item = TypeVar("Item")
Made = TypeVar("Made")


async def in_turns(work: Work, items: Iterable[Item], make: Callable[[Item], Made]) -> list[Made]:
    """What is made of each item; the time that it took is noted. Each item must be short work."""
    made: list[Made] = []
    began = thread_time()
    for item in items:
        made.append(make(item))
        spent = thread_time() - began
        if spent > TURN_SECONDS:
            work.busy(spent)
            await asyncio.sleep(0)
            began = thread_time()
    work.busy(thread_time() - began)
    return made
