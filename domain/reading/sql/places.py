"""Which places lie within a circle, as a filter names one: the same question as the condition ``radius``
asks, with the circle in parameters.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from domain.values.errors import InvalidInputError
from policy.geography import circles

_TENTHS = ARRAY(sa.SmallInteger)


def checked(given: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, float]:
    """The circle as a bind parameter holds it; raises ``InvalidInputError`` without the value."""
    circle = {name: float(given[name]) for name in ("latitude", "longitude", "kilometres")}
    if not circles.is_circle(**circle):
        raise InvalidInputError(circles.LIMITS, path)
    return circle


def bound(name: str, given: Mapping[str, float]) -> dict[str, Any]:
    """The parameters of the comparison."""
    found = circles.circle(**given)
    return {
        f"{name}_south": found.south,
        f"{name}_west": list(found.west),
        f"{name}_width": list(found.width),
    }


def within(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """The comparison."""
    west: sa.BindParameter[Any] = sa.bindparam(f"{name}_west", type_=_TENTHS)
    width: sa.BindParameter[Any] = sa.bindparam(f"{name}_width", type_=_TENTHS)
    return circles.within(column, sa.bindparam(f"{name}_south", type_=sa.Integer), west, width)
