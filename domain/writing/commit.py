"""Point of no return: from where on whoever ends a piece of work has to wait for it.

A commit that is cancelled may have happened or not. So whoever may want to end a unit of work gives it a
``Commitment``, and cancels it only while that has not begun.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Commitment:
    """How far the units of work of one piece of work have come."""

    has_begun: bool = False
    """A commit was sent."""
    is_made: bool = False
    """A commit was confirmed."""
    stands: Callable[[], Awaitable[None]] | None = None
    """Raises where nothing may be committed any more for whom it is."""


COMMITMENT: ContextVar[Commitment | None] = ContextVar("commitment", default=None)
"""That of the piece of work at hand, where somebody may end it."""
