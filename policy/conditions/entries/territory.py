"""Where a customer is: by country, or by a region of countries."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from phonenumbers import SUPPORTED_REGIONS

from policy.geography.countries import is_country
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

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

REGIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(countries.split())
        for name, countries in {
            "EU": _EU,
            "EEA": f"{_EU} IS LI NO",
            "EFTA": "CH IS LI NO",
            "DACH": "AT CH DE",
            "BENELUX": "BE LU NL",
            "NORDICS": "AX DK FI FO GL IS NO SE",
            "BALTICS": "EE LT LV",
            "IBERIA": "AD ES GI PT",
        }.items()
    }
)
"""Regions by the name that a rule gives them, as countries (ISO 3166-1 alpha-2)."""

COUNTRY = "customer_country"
"""Of a row: the country of its customer."""

_customers = sa.table("customers", sa.column("tenant_id"), sa.column("id"), sa.column("country"))


def _countries(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words:
        raise InvalidConditionError("it takes countries (ISO 3166-1 alpha-2) or regions")
    if unknown := [word for word in words if not _is_known(word)]:
        regions = ", ".join(sorted(REGIONS))
        message = f"there is no country or region {', '.join(unknown)}; regions are {regions}"
        raise InvalidConditionError(message)
    return tuple(sorted(frozenset().union(*(REGIONS.get(word, {word}) for word in words))))


def _is_known(word: str) -> bool:
    """Codes that telephone numbers are known of were taken once, and a policy may still have them."""
    return word in REGIONS or is_country(word) or word in SUPPORTED_REGIONS


def _within(table: sa.FromClause, shape: RowShape, *countries: str) -> sa.ColumnElement[bool]:
    wanted = [constant(country, sa.Text()) for country in countries]
    if shape.is_customer:
        return table.c.country.in_(wanted)
    customer = _customers.alias()
    found = sa.exists().where(
        customer.c.tenant_id == table.c.tenant_id,
        customer.c.id == customer_of(table, shape),
        customer.c.country.in_(wanted),
    )
    # INVARIANT: the row's own table, however deep this stands.
    return found.correlate(table)


def _is_within(row: Row, _principal: Principal, _shape: RowShape, *countries: str) -> bool:
    return row[COUNTRY] in countries


ENTRIES = (
    Condition(
        "territory",
        _within,
        _is_within,
        of_customers,
        needs=COUNTRY,
        usage="territory(DE NORDICS)",
        arguments=_countries,
    ),
)
