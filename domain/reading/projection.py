"""Cutting object values down to their selected members."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from domain.reading.plan import Part

Projector = Callable[[Any], Any]


@lru_cache(maxsize=2048)
def projector(parts: tuple[Part, ...]) -> Projector:
    """How an object value, or a list of them, is cut down to the selected members."""
    if not parts:
        return lambda value: value
    members = [(part.key, part.name, _member(part)) for part in parts]
    return partial(_project, members)


def _member(part: Part) -> Projector:
    return projector(part.parts) if part.constant is None else lambda _: part.constant


def _project(members: Sequence[tuple[str, str, Projector]], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_project(members, entry) for entry in value]
    return {key: cut(value.get(name)) for key, name, cut in members}
