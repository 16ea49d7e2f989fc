"""Within so many kilometres of a place, by the location of a customer, which is kept in tenths of a degree:
a radius of less than about 10 km means little.
"""

import re
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from policy.geography.circles import LIMITS, circle, is_circle, within
from policy.shapes.condition import (
    Condition,
    InvalidConditionError,
    Row,
    constant,
    customer_of,
    of_customers,
)
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal
from privacy import caches

LOCATION = "customer_location"
"""Of a row: the location of its customer."""

_TENTHS: ARRAY[Any] = ARRAY(sa.SmallInteger)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?")
_KILOMETRES = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")
_USAGE = f"it takes latitude, longitude and kilometres, such as 52.5 13.4 50; {LIMITS}"

_of = lru_cache(maxsize=caches.CIRCLES)(circle)

_customers = sa.table(
    "customers", sa.column("tenant_id"), sa.column("id"), sa.column("location", _TENTHS)
)


def _circle(words: tuple[str, ...]) -> tuple[float, ...]:
    shapes = (_DEGREES, _DEGREES, _KILOMETRES)
    if len(words) != len(shapes) or not all(map(re.Pattern.fullmatch, shapes, words)):
        raise InvalidConditionError(_USAGE)
    latitude, longitude, kilometres = map(float, words)
    if not is_circle(latitude, longitude, kilometres):
        raise InvalidConditionError(_USAGE)
    # Adding zero makes one number of zero and its negative.
    return latitude + 0.0, longitude + 0.0, kilometres


def _near(table: sa.FromClause, shape: RowShape, *centre: float) -> sa.ColumnElement[bool]:
    found = _of(*centre)
    bounds = (
        constant(found.south, sa.Integer()),
        _tenths(found.west),
        _tenths(found.width),
    )
    if shape.is_customer:
        return within(table.c.location, *bounds)
    customer = _customers.alias()
    exists = sa.exists().where(
        customer.c.tenant_id == table.c.tenant_id,
        customer.c.id == customer_of(table, shape),
        within(customer.c.location, *bounds),
    )
    # INVARIANT: the row's own table, however deep this stands.
    return exists.correlate(table)


def _tenths(values: tuple[int, ...]) -> sa.ColumnElement[Any]:
    """INVARIANT: whole numbers only, and no parameter (``constant``)."""
    text = f"'{{{','.join(map(str, values))}}}'::smallint[]"
    return sa.literal_column(text, _TENTHS)


def _is_near(row: Row, _principal: Principal, _shape: RowShape, *centre: float) -> bool:
    place = row[LOCATION]
    return bool(place) and _of(*centre).holds(place)


ENTRIES = (
    Condition(
        "radius",
        _near,
        _is_near,
        of_customers,
        needs=LOCATION,
        usage="radius(52.5 13.4 50)",
        arguments=_circle,
    ),
)
