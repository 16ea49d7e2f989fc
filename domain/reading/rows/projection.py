"""Projection: object values cut down to their selected members, by code generated once per selection."""

from collections.abc import Callable
from typing import Any

from domain.reading.plan.plan import NOTHING, Part
from privacy.bounded_caches import kept

Projector = Callable[[Any], Any]

_SOURCE = """
def cut(value):
    if value is None:
        return None
    if type(value) is list:
        return [{members} for e in value]
    e = value
    return {members}
"""


PROJECTOR_BYTES = 1_500
PART_BYTES = 150


@kept(lambda _projector, parts: PROJECTOR_BYTES + PART_BYTES * len(parts))
def projector(parts: tuple[Part, ...]) -> Projector:
    """How an object value, or a list of them, is cut down to the selected members."""
    if not parts:
        return lambda value: value
    names: dict[str, Any] = {}
    members = ", ".join(
        f"{part.key!r}: {_member(part, names)}" for part in parts if part is not NOTHING
    )
    exec(_SOURCE.replace("{members}", f"{{{members}}}"), names)  # noqa: S102 - literals of a valid document
    return names.pop("cut")  # type: ignore[no-any-return]  # A cycle would outlive its use.


def _member(part: Part, names: dict[str, Any]) -> str:
    if part.constant is not None:
        return repr(part.constant)
    value = f"e.get({part.name!r})"
    if not part.parts:
        return value
    name = f"cut{len(names)}"
    names[name] = projector(part.parts)
    return f"{name}({value})"
