"""Media types: what a client accepts (RFC 9110, section 12.5.1) and what it sends."""

from collections.abc import Sequence
from functools import lru_cache

from privacy import caches

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
ANSWERS = (JSON, GRAPHQL_JSON)
"""The first is what ``*/*`` gets."""


@lru_cache(maxsize=caches.ACCEPT_HEADERS)
def chosen(accept: str, offered: Sequence[str] = ANSWERS) -> str | None:
    """The offered type that is wanted most, and among equals the one named first; without a header,
    the first. None where nothing offered is acceptable.
    """
    if not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    wanted = [(_wish(type_, ranges), type_) for type_ in offered]
    wish, type_ = max(wanted, key=lambda pair: pair[0])
    return type_ if wish[0] > 0 else None


Wish = tuple[float, int, int]
"""How much a type is wanted, how precisely it is meant, and how early it is named (negative)."""


def _wish(type_: str, ranges: Sequence[tuple[str, float]]) -> Wish:
    """The most precise range that means a type decides about it."""
    found = [
        (precision, -place, quality)
        for place, (media_range, quality) in enumerate(ranges)
        if (precision := _matches(media_range, type_))
    ]
    precision, place, quality = max(found, default=(0, 0, 0.0))
    return quality, precision, place


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(",")[:50]:
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            found.append((media_range, float(quality)))
        except ValueError:
            continue
    return found


def _matches(media_range: str, type_: str) -> int:
    """How precisely a range means a type; 0 where it does not."""
    if media_range == type_:
        return 3
    if media_range == f"{type_.split('/', 1)[0]}/*":
        return 2
    return int(media_range == "*/*")


def is_json(content_type: str) -> bool:
    """Whether a body is said to be JSON: nothing that a browser sends without asking first."""
    return content_type.split(";", 1)[0].strip().lower() == JSON
