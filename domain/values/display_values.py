"""Shown values that are made of others: a whole name, the contact point to use first, all of them."""

from typing import Any

from domain.values.point_ids import derived_id


def display_name(
    organization_name: str | None, given_name: str | None, family_name: str | None
) -> str | None:
    """The organisation's name, or given and family name."""
    if organization_name:
        return organization_name
    if given_name and family_name:
        return f"{given_name} {family_name}"
    return given_name or family_name or None


def preferred(points: list[dict[str, Any]] | None) -> str | None:
    """The value of the preferred contact point, or of the first."""
    if not points:
        return None
    for point in points:
        if point["preferred"]:
            break
    else:
        point = points[0]
    value: str | None = point["value"]
    return value


def all_contact_points(record: str, *kinds: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The contact points of every kind that may be seen, each with its id."""
    return [
        _as_told(record, place, point)
        for points in kinds
        for place, point in enumerate(points or ())
    ]


def _as_told(record: str, place: int, point: dict[str, Any]) -> dict[str, Any]:
    """With what the schema calls otherwise than it is kept, and an id where it was kept without."""
    told = {"isValid": point.get("is_valid"), **point}
    return told if "id" in point else {"id": derived_id(record, point["kind"], place), **told}
