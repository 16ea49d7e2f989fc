"""Circles on the Earth over places that are kept in tenths of a degree: by great circles of a sphere of the
Earth's mean radius (IUGG).

INVARIANT: what lies within is worked out here, once per circle, as whole tenths of longitude for each tenth
of latitude. Python and PostgreSQL then compare whole numbers only, so that they agree on every place,
whatever the sines of either are worth.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

_ROUND, _HALF = 3600, 1800

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


_PARALLELS = [
    math.radians(tenth / 10) for tenth in range(-10 * LATITUDE_MAX, 10 * LATITUDE_MAX + 1)
]
_COSINES = [math.cos(parallel) for parallel in _PARALLELS]


def circle(latitude: float, longitude: float, kilometres: float) -> Circle:
    """The places no further away, from pole to pole and across the antimeridian."""
    angle = min(kilometres / EARTH_RADIUS, math.pi)
    access = math.degrees(angle)
    south = max(-10 * LATITUDE_MAX, math.floor((latitude - access) * 10))
    north = min(10 * LATITUDE_MAX, math.ceil((latitude + access) * 10))
    halves = _halves(math.radians(latitude), angle, range(south, north + 1))
    rows = [(-_HALF, _ROUND) if half >= _HALF else _row(10 * longitude, half) for half in halves]
    return Circle(south, tuple(west for west, _ in rows), tuple(width for _, width in rows))


def _halves(here: float, angle: float, tenths: range) -> Iterator[float]:
    """Of each parallel, half of what lies within, in tenths of a degree; -1 where nothing does: the
    haversine formula, solved for the longitude.
    """
    whole, cosine = math.sin(angle / 2) ** 2, math.cos(here)
    for tenth in tenths:
        there = tenth + 10 * LATITUDE_MAX
        left = whole - math.sin((_PARALLELS[there] - here) / 2) ** 2
        across = cosine * _COSINES[there]
        if left < 0:
            yield -1
        elif left >= across or angle == math.pi:
            yield _HALF
        else:
            yield 20 * math.degrees(math.asin(math.sqrt(left / across)))


def _row(longitude: float, half: float) -> tuple[int, int]:
    if half < 0:
        return 0, -1
    west = math.ceil(longitude - half)
    return west, math.floor(longitude + half) - west
