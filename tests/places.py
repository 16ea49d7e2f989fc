"""How far places lie apart, by the angle between two arrows from the middle of the Earth, and places that
are hard to tell: at the poles, on both sides of the antimeridian, at the edge of a circle.
"""

import math
from collections.abc import Iterator, Sequence
from random import Random

RADIUS = 6371.0088
Place = tuple[int, int]
Circle = tuple[float, float, float]

CENTRES = (
    (52.5, 13.4),
    (0.0, 0.0),
    (90.0, 0.0),
    (-90.0, 77.7),
    (89.97, -179.96),
    (-16.5, 180.0),
    (-16.5, -180.0),
    (65.77, -179.99),
    (-0.05, 179.95),
)
KILOMETRES = (0.001, 3.0, 11.2, 50.0, 400.0, 5_000.0, 10_007.5, 19_990.0, 20_015.0, 20_037.5)
CORNERS: tuple[Place, ...] = tuple(
    (latitude, longitude)
    for latitude in (-900, -899, -1, 0, 1, 899, 900)
    for longitude in (-1800, -1799, -1, 0, 1, 1799, 1800)
)


def distance(place: Place, latitude: float, longitude: float) -> float:
    """In kilometres."""
    one, other = _arrow(place[0] / 10, place[1] / 10), _arrow(latitude, longitude)
    along = sum(a * b for a, b in zip(one, other, strict=True))
    return RADIUS * math.atan2(math.hypot(*_cross(one, other)), along)


def _arrow(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _cross(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def some_circles(chance: Random, number: int) -> Iterator[Circle]:
    """Around hard places and any, of every size."""
    for _ in range(number):
        anywhere = (round(chance.uniform(-90, 90), 4), round(chance.uniform(-180, 180), 4))
        latitude, longitude = chance.choice((*CENTRES, *[anywhere] * len(CENTRES)))
        any_size = round(10 ** chance.uniform(-1, 4.3), 3)
        yield latitude, longitude, chance.choice((*KILOMETRES, *[any_size] * len(KILOMETRES)))


def some_places(chance: Random, circle: Circle, number: int) -> Iterator[Place]:
    """Anywhere, and as near to the edge of the circle as places are kept."""
    yield from CORNERS
    for _ in range(number):
        yield chance.randint(-900, 900), chance.randint(-1800, 1800)
        yield _at_edge(chance, circle)


def _at_edge(chance: Random, circle: Circle) -> Place:
    latitude, longitude, kilometres = circle
    here, angle = math.radians(latitude), min(kilometres / RADIUS, math.pi)
    bearing = chance.uniform(0, 2 * math.pi)
    there = math.asin(
        max(
            -1.0,
            min(
                1.0,
                math.sin(here) * math.cos(angle)
                + math.cos(here) * math.sin(angle) * math.cos(bearing),
            ),
        )
    )
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(here),
        math.cos(angle) - math.sin(here) * math.sin(there),
    )
    degrees = (longitude + math.degrees(east) + 540) % 360 - 180
    nudge = chance.choice((-1, 0, 1))
    return (
        max(-900, min(900, round(math.degrees(there) * 10) + nudge)),
        max(-1800, min(1800, round(degrees * 10))),
    )
