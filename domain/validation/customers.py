"""What a customer's fields may hold. Each rule returns the value as it is kept, or raises
``InvalidInputError`` with the field's name and never with the value.
"""

import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from domain.declaration.field import Values
from domain.validation.masked import require_unmasked
from domain.values import clock, language_tags
from domain.values import locations as places
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from policy.geography.countries import is_country
from privacy import caches
from privacy.invisible import without_invisible

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 20_000
CONTACT_POINTS_MAX = 50
TAGS_MAX = 50
OLDEST_BIRTH_YEAR = 1850

KINDS = frozenset({"PERSON", "ORGANIZATION"})
LIFECYCLES = frozenset({"SUSPECT", "PROSPECT", "LEAD", "CUSTOMER", "PAST"})
POINT_FIELDS = {
    "EMAIL": "emails",
    "PHONE": "phones",
    "POSTAL": "addresses",
    "SOCIAL": "social_profiles",
    "WEB": "websites",
}

_FORBIDDEN = re.compile("[\0\ud800-\udfff]")

Rule = Callable[[str, Any], Any]


def text(
    field: str, value: str, *, length_max: int = NAME_LENGTH_MAX, is_prose: bool = False
) -> str:
    """Text without NUL or lone surrogates, trimmed, not empty, at most ``length_max`` characters; without
    what nobody sees, but in prose, whose direction marks and soft hyphens may be meant.
    """
    if _FORBIDDEN.search(value):
        raise InvalidInputError("the text holds characters that text may not hold", (field,))
    trimmed = (value if is_prose else without_invisible(value)).strip()
    if not trimmed or len(trimmed) > length_max:
        raise InvalidInputError(f"the text must have 1 to {length_max} characters", (field,))
    return trimmed


def unmasked(field: str, value: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
    """Text that is no masked form of another."""
    require_unmasked(field, value)
    return text(field, value, length_max=length_max)


def one_of(allowed: frozenset[str]) -> Rule:
    """A rule for enumerations."""

    def rule(field: str, value: Any) -> str:
        if value not in allowed:
            raise InvalidInputError(f"it must be one of {', '.join(sorted(allowed))}", (field,))
        return str(value)

    return rule


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


def tags(field: str, value: Sequence[str]) -> list[str]:
    """Up to 50 tags, each once, sorted."""
    if len(value) > TAGS_MAX:
        raise InvalidInputError(f"there may be {TAGS_MAX} tags", (field,))
    faults, kept = Faults(), set()
    for place, tag in enumerate(value):
        with faults.noted(field, str(place)):
            kept.add(text(field, tag, length_max=64))
    faults.settle()
    return sorted(kept)


def references(field: str, value: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """External references, each system's id once."""
    if len(value) > CONTACT_POINTS_MAX:
        raise InvalidInputError("there are too many external references", (field,))
    faults, kept = Faults(), set()
    for place, one in enumerate(value):
        system = id_ = ""
        with faults.noted(field, str(place), "system"):
            system = text(field, one["system"], length_max=64)
        with faults.noted(field, str(place), "id"):
            id_ = text(field, one["id"], length_max=128)
        kept.add((system, id_))
    faults.settle()
    return [{"system": system, "id": id_} for system, id_ in sorted(kept)]


RULES: Mapping[str, Rule] = {
    "kind": one_of(KINDS),
    "lifecycle": one_of(LIFECYCLES),
    "language": _language,
    "time_zone": _time_zone,
    "country": _country,
    "location": places.kept,
    "tags": tags,
    "given_name": unmasked,
    "family_name": unmasked,
    "organization_name": unmasked,
    "birth_date": birth_date,
    "national_id": lambda field, value: unmasked(field, value, length_max=64),
    "external_references": references,
}

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
