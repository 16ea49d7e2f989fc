"""What a customer's fields may hold. Each rule returns the value as it is kept, or raises
``InvalidInputError`` with the field's name and never with the value.
"""

import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.validation.values import Rule, choices, rule_of, unmasked
from domain.values import clock, language_tags
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from policy.geography.countries import is_country
from privacy import caches

OLDEST_BIRTH_YEAR = 1850

KINDS, LIFECYCLES = (choices(CUSTOMER.by_name[name]) for name in ("kind", "lifecycle"))
POINT_FIELDS = {
    "EMAIL": "emails",
    "PHONE": "phones",
    "POSTAL": "addresses",
    "SOCIAL": "social_profiles",
    "WEB": "websites",
}


def birth_date(field: str, value: date) -> str:
    """A date between 1850 and today, as ISO 8601 text."""
    if not date(OLDEST_BIRTH_YEAR, 1, 1) <= value <= clock.now().date():
        raise InvalidInputError("nobody alive was born on that day", (field,))
    return value.isoformat()


def _language(field: str, value: str) -> str:
    tag = language_tags.canonical(value)
    if tag is None:
        raise InvalidInputError("it must be a language tag such as de or pt-BR (BCP 47)", (field,))
    return tag


@lru_cache(maxsize=caches.ONCE)
def _time_zones() -> Mapping[str, str]:
    """IANA's names, of places and of links alike, by their small letters."""
    names = zoneinfo.available_timezones() - {"localtime"}
    return {name.lower(): name for name in names}


def time_zone_name(value: str) -> str | None:
    """The name as IANA writes it. A link such as Asia/Calcutta is kept: what it leads to may change."""
    return _time_zones().get(value.lower())


def _time_zone(field: str, value: str) -> str:
    name = time_zone_name(value)
    if name is None:
        raise InvalidInputError("it must be a time zone such as Europe/Berlin", (field,))
    return name


def _country(field: str, value: str) -> str:
    """A code of ISO 3166-1, or XK. AC and TA are parts of SH."""
    code = value.upper()
    if not value.isascii() or not is_country(code):
        raise InvalidInputError("it must be a country such as DE (ISO 3166-1 alpha-2)", (field,))
    return code


_NATIONAL_ID_MAX = 64
_OWN: Mapping[str, Rule] = {
    "language": _language,
    "time_zone": _time_zone,
    "country": _country,
    "birth_date": birth_date,
    "national_id": lambda field, value: unmasked(field, value, length_max=_NATIONAL_ID_MAX),
}


def _rules() -> Iterator[tuple[str, Rule]]:
    for field in CUSTOMER.fields:
        rule = _OWN.get(field.name) or rule_of(field)
        if rule is not None and not (field.ours or field.sources):
            yield field.name, rule


RULES: Mapping[str, Rule] = dict(_rules())
"""What callers give of a customer; the rest is as declared."""

REQUIRED = frozenset({"kind", "lifecycle", "tags"})


def validated(changes: Values) -> dict[str, Any]:
    """The changes as they are kept; a null empties a field that may be empty.

    Raises ``InvalidInputError`` with all that is wrong.
    """
    kept: dict[str, Any] = {}
    faults = Faults()
    for field, value in changes.items():
        with faults.noted():
            kept[field] = _validated(field, value)
    faults.settle()
    return kept


def _validated(field: str, value: Any) -> Any:
    if value is None and field in REQUIRED:
        raise InvalidInputError("it may not be empty", (field,))
    rule = RULES.get(field)
    return value if value is None or rule is None else rule(field, value)


def named(values: Values) -> None:
    """Raise ``InvalidInputError`` for a customer without a name, or with the other kind's."""
    is_person = values.get("kind") == "PERSON"
    person = values.get("given_name") or values.get("family_name")
    organization = values.get("organization_name")
    if is_person and (not person or organization):
        raise InvalidInputError("a person has a given or a family name", ("family_name",))
    if not is_person and (not organization or person or values.get("birth_date")):
        raise InvalidInputError(
            "an organisation has an organisation name only", ("organization_name",)
        )
