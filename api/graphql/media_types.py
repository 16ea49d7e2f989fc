"""What a client accepts (RFC 9110, section 12.5.1) and what it sends."""

from collections.abc import Sequence
from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
ANSWERS = (JSON, GRAPHQL_JSON)
"""The first is what ``*/*`` gets."""

HEADERS_MAX = 512


@lru_cache(maxsize=HEADERS_MAX)
def chosen(accept: str, offered: Sequence[str] = ANSWERS) -> str | None:
    """The offered type that is wanted most, and among equals the one named first; without a header,
    the first. None where nothing offered is acceptable.
    """
    if not accept.strip():
        return offered[0]
    best: tuple[float, int, str] | None = None
    for media_range, quality in _ranges(accept):
        for type_ in offered:
            precision = _matches(media_range, type_)
            if not precision or quality <= 0:
                continue
            if best is None or (quality, precision) > best[:2]:
                best = (quality, precision, type_)
    return best and best[2]


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
