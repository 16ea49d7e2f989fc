"""Circles on PostgreSQL: it says of every place what Python says, of a rule's circle and of a filter's."""

from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from api.runtime.wiring import Services
from domain.entities.customers import CUSTOMER
from domain.reading.sql import places
from domain.tables import customers
from policy.conditions import CONDITIONS, parse
from policy.geography.circles import circle
from tests.places import Circle, Place, some_circles, some_places

pytestmark = pytest.mark.proof

CIRCLES, PLACES_EACH = 150, 60


async def test_every_place_is_told_alike(services: Services) -> None:
    chance, seen = Random(23), {True: 0, False: 0}
    async with services.stores.engine.connect() as connection:
        for centre in some_circles(chance, CIRCLES):
            asked = list(dict.fromkeys(some_places(chance, centre, PLACES_EACH)))
            query, bound = _asking(centre, asked)
            rows = (await connection.execute(query, bound)).all()
            for place, by_rule, by_filter in rows:
                held = circle(*centre).holds(place)
                assert (by_rule, by_filter) == (held, held), (centre, place)
                seen[held] += 1
            assert len(rows) == len(asked)
    assert min(seen.values()) > CIRCLES


def _asking(centre: Circle, asked: list[Place]) -> tuple[sa.Select[Any], dict[str, Any]]:
    values = sa.values(sa.column("location", customers.c.location.type), name="t").data(
        [(list(place),) for place in asked]
    )
    words = " ".join(f"{number:.6f}" for number in centre[:2])
    ((literal,),) = parse(f"radius({words} {centre[2]})").clauses
    by_rule = CONDITIONS["radius"].sql(values, CUSTOMER.shape, *literal.arguments)
    by_filter = places.within(values.c.location, "s1")
    query = sa.select(
        values.c.location,
        sa.func.coalesce(by_rule, sa.false()),
        sa.func.coalesce(by_filter, sa.false()),
    )
    given = dict(zip(("latitude", "longitude", "kilometres"), centre, strict=True))
    return query, places.bound("s1", places.checked(given, ()))


async def test_of_no_place_neither_is_said(services: Services) -> None:
    values = sa.select(
        sa.cast(sa.null(), ARRAY(sa.SmallInteger)).label("location"),
    ).subquery()
    sql = parse("radius(0 0 20037.5)").sql(values, CUSTOMER.shape)
    negated = parse("not radius(0 0 20037.5)").sql(values, CUSTOMER.shape)
    async with services.stores.engine.connect() as connection:
        row: Any = (await connection.execute(sa.select(sql, negated))).one()
    assert (row[0], row[1]) == (None, True)
