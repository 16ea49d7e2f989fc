"""Circles on the Earth over places that are kept in tenths of a degree: by great circles of a sphere of the
Earth's mean radius (IUGG).

INVARIANT: what lies within is worked out here, once per circle, as whole tenths of longitude for each tenth
of latitude. Python and PostgreSQL then compare whole numbers only, so that they agree on every place,
whatever the sines of either are worth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

EARTH_RADIUS = 6371.0088
"""Kilometres."""

LATITUDE_MAX = 90
LONGITUDE_MAX = 180
KILOMETRES_MAX = 20037.5

LIMITS = (
    f"latitude is -{LATITUDE_MAX} to {LATITUDE_MAX}, longitude -{LONGITUDE_MAX} to {LONGITUDE_MAX} degrees,"
    f" kilometres are more than 0 and at most {KILOMETRES_MAX}"
)

_ROUND = 3600

Place = Sequence[int]
"""Latitude and longitude (WGS 84) in tenths of a degree."""


@dataclass(frozen=True, slots=True)
class Circle:
    """From ``south`` northwards, for each tenth of latitude: where its part begins in the ``west``, and its
    ``width`` eastwards in tenths of longitude; -1 where it has none.
    """

    south: int
    west: tuple[int, ...]
    width: tuple[int, ...]

    def holds(self, place: Place) -> bool:
        """Whether a place lies within."""
        row = place[0] - self.south
        if not 0 <= row < len(self.west):
            return False
        return (place[1] - self.west[row]) % _ROUND <= self.width[row]


def within(
    place: sa.ColumnElement[Any], south: Any, west: Any, width: Any
) -> sa.ColumnElement[bool]:
    """What ``Circle.holds`` says, of a column and of the members of a circle as SQL; NULL where there is no
    place, or none so far north or south.
    """
    row = place[_number(1)] - south + _number(1)
    distance = place[_number(2)] - Grouping(west)[row] + _number(2 * _ROUND)
    found: sa.ColumnElement[bool] = sa.func.mod(distance, _number(_ROUND)) <= Grouping(width)[row]
    return found


def _number(value: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(value), sa.Integer)


def is_circle(latitude: float, longitude: float, kilometres: float) -> bool:
    """Whether there is such a circle on the Earth."""
    is_place = abs(latitude) <= LATITUDE_MAX and abs(longitude) <= LONGITUDE_MAX
    return is_place and 0 < kilometres <= KILOMETRES_MAX


@lru_cache(maxsize=4096)
def circle(latitude: float, longitude: float, kilometres: float) -> Circle:
    """The places no further away, from pole to pole and across the antimeridian."""
    angle = min(kilometres / EARTH_RADIUS, math.pi)
    reach = math.degrees(angle)
    south = max(-10 * LATITUDE_MAX, math.floor((latitude - reach) * 10))
    north = min(10 * LATITUDE_MAX, math.ceil((latitude + reach) * 10))
    rows = [_row(latitude, longitude, angle, tenth) for tenth in range(south, north + 1)]
    return Circle(south, tuple(west for west, _ in rows), tuple(width for _, width in rows))


def _row(latitude: float, longitude: float, angle: float, tenth: int) -> tuple[int, int]:
    """The haversine formula, solved for the longitude of the edge on a parallel."""
    here, there = math.radians(latitude), math.radians(tenth / 10)
    left = math.sin(angle / 2) ** 2 - math.sin((there - here) / 2) ** 2
    whole = math.cos(here) * math.cos(there)
    if left < 0:
        return 0, -1
    if left >= whole or angle == math.pi:
        return -_ROUND // 2, _ROUND
    half = math.degrees(2 * math.asin(math.sqrt(left / whole)))
    west, east = math.ceil((longitude - half) * 10), math.floor((longitude + half) * 10)
    return west, east - west
