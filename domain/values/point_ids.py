"""Ids of contact points: no two in the world are the same, and none tells anything of a value.

Those that were kept without have one that follows from their record and their place, until it is written
again.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

ID_PREFIX = "ctp_"
LISTS = ("emails", "phones", "addresses", "social_profiles", "websites")
_ID_BYTES = 12


def new_id() -> str:
    """The id of a contact point that is added."""
    return ID_PREFIX + secrets.token_urlsafe(_ID_BYTES)


def derived_id(record: str, kind: str, place: int) -> str:
    """The id of one that has none of its own yet."""
    digest = hashlib.sha256(f"{record}/{kind}/{place}".encode()).digest()[:_ID_BYTES]
    return ID_PREFIX + base64.urlsafe_b64encode(digest).decode()


def with_ids(record: str, points: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The contact points of one kind, each with its id."""
    return [
        {"id": derived_id(record, point["kind"], place), **point}
        for place, point in enumerate(points or ())
    ]


def identified(record: str, sealed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sealed fields of a record that is about to be written, with an id for every contact point."""
    points = {field: with_ids(record, sealed[field]) for field in LISTS if sealed.get(field)}
    return {**sealed, **points} if points else sealed
