"""Where somebody is, as it is kept: rounded to a tenth of a degree (about 11 km from north to south), so
that it tells which town they are near, and not where they live.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from policy.geography.circles import LATITUDE_MAX, LONGITUDE_MAX, Place

_LIMITS = {"latitude": LATITUDE_MAX, "longitude": LONGITUDE_MAX}
_NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_PAIR = re.compile(rf"\s*({_NUMBER})(?:\s*[,;]\s*|\s+)({_NUMBER})\s*")


def kept(field: str, value: Mapping[str, Any]) -> list[int]:
    """Latitude and longitude in tenths of a degree; raises ``InvalidInputError`` without the value."""
    faults = Faults()
    found = [faults.of(_tenths, field, name, value[name]) for name in _LIMITS]
    faults.settle()
    return [tenths for tenths in found if tenths is not None]


def _tenths(field: str, name: str, value: float | Decimal) -> int:
    limit = _LIMITS[name]
    if not -limit <= value <= limit:
        raise InvalidInputError(f"{name} is -{limit} to {limit} degrees", (field, name))
    return int((Decimal(str(value)) * 10).to_integral_value(ROUND_HALF_EVEN))


def shown(place: Place) -> dict[str, float]:
    """What is kept, in degrees."""
    return {name: tenths / 10 for name, tenths in zip(_LIMITS, place, strict=True)}


def read(text: str) -> dict[str, Decimal]:
    """Latitude and longitude of a text such as ``52.5, 13.4``; raises ``InvalidInputError`` without it."""
    found = _PAIR.fullmatch(text)
    if found is None:
        raise InvalidInputError("it must be latitude and longitude in degrees, such as 52.5 13.4")
    return dict(zip(_LIMITS, map(Decimal, found.groups()), strict=True))
