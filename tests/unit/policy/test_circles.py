"""Which places a circle holds: those that are no further away, told by another formula."""

from random import Random

import pytest

from policy.geography.circles import Circle, circle
from tests.places import CORNERS, distance, some_circles, some_places

NEARLY = 1e-6
"""Kilometres: of what is nearer to the edge than a millimetre, either may be said."""


def test_a_circle_holds_what_is_no_further_away() -> None:
    chance = Random(17)
    seen = {True: 0, False: 0}
    for latitude, longitude, kilometres in some_circles(chance, 400):
        found = circle(latitude, longitude, kilometres)
        for place in some_places(chance, (latitude, longitude, kilometres), 100):
            away = distance(place, latitude, longitude) - kilometres
            if abs(away) > NEARLY:
                assert found.holds(place) is (away < 0), (latitude, longitude, kilometres, place)
                seen[away < 0] += 1
    assert min(seen.values()) > 10_000


@pytest.mark.parametrize("longitude", [-180.0, -90.0, 0.0, 180.0])
def test_at_a_pole_every_longitude_is_the_same_place(longitude: float) -> None:
    assert circle(90.0, longitude, 0.001).holds((900, 1234))
    assert circle(89.99, longitude, 2).holds((900, -1))
    assert not circle(89.99, longitude, 1).holds((900, -1))


def test_both_sides_of_the_antimeridian_are_near() -> None:
    for centre in (-180.0, 180.0):
        fiji = circle(-16.5, centre, 25)
        assert all(fiji.holds((-165, east)) for east in (-1800, 1800, -1799, 1799, 1798, -1798))
        assert not any(fiji.holds((-165, east)) for east in (-1797, 1797, 0))


def test_the_greatest_circle_holds_the_earth() -> None:
    for centre in ((0.0, 0.0), (-52.5, 13.4), (90.0, 0.0)):
        assert all(circle(*centre, 20_037.5).holds(place) for place in CORNERS)
        antipode = (round(-10 * centre[0]), round(10 * centre[1]) - 1800)
        assert circle(*centre, 20_037.5).holds(antipode)


def test_a_small_circle_may_hold_no_place_that_is_kept() -> None:
    between = circle(52.55, 13.45, 1)
    assert not any(between.holds((a, b)) for a in (525, 526) for b in (134, 135))
    assert between == Circle(525, (0, 0), (-1, -1))
