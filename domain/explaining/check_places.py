"""Locations of the made-up customers of a file of checks."""

from collections.abc import Mapping
from typing import Any

from domain.values import locations as places
from domain.values.errors import InvalidInputError
from policy.conditions.entries.radius import LOCATION


class CheckFileError(ValueError):
    """The file cannot be used; the text says where and why."""


def placed(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The row with places as records keep them; what a customer's own row says is its customer's, too."""
    found = dict(row)
    for name in ("location", LOCATION):
        if found.get(name) is not None:
            found[name] = _kept(found[name], f"{where}: {name}")
    if "location" in found:
        found.setdefault(LOCATION, found["location"])
    return found


def _kept(given: Any, where: str) -> list[int]:
    is_place = isinstance(given, Mapping) and given.keys() == {"latitude", "longitude"}
    if not is_place or any(type(degrees) not in {int, float} for degrees in given.values()):
        raise CheckFileError(f"{where} is {{latitude: 52.5, longitude: 13.4}}")
    try:
        return places.kept("location", given)
    except InvalidInputError as error:
        raise CheckFileError(f"{where}: {error.message}") from None
