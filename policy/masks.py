"""Masks: how a masked field looks, by the category of what it holds."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from policy.geography.cities import city_of
from privacy.labels import Category

DOT = "•••"
_DAY = re.compile(r"(\d{4})-\d\d-\d\d")


def mask(category: Category, value: Any) -> Any:
    """The masked form of a value, or ``None`` where the category has no mask that hides enough.

    Lists are masked entry by entry: each has its ``value`` masked, and keeps nothing that tells of it.
    """
    masking = _MASKS.get(category)
    if masking is None or value is None:
        return None
    if isinstance(value, list):
        kept = ({n: v for n, v in entry.items() if n != "is_valid"} for entry in value)
        return [{**entry, "label": None, "value": masking(entry["value"])} for entry in kept]
    return masking(str(value))


def has_mask(category: Category) -> bool:
    """Whether values of the category have a masked form."""
    return category in _MASKS


def _initials(value: str) -> str:
    return " ".join(f"{word[0]}." for word in value.split())


def _email(value: str) -> str:
    name, _, domain = value.partition("@")
    host, dot, suffix = domain.rpartition(".")
    return f"{name[:1]}{DOT}@{(host or suffix)[:1]}{DOT}" + (f".{suffix}" if dot else "")


def _last_four(value: str) -> str:
    digits = "".join(c for c in value if c.isalnum())
    return DOT + digits[-4:] if len(digits) > 6 else DOT  # noqa: PLR2004 - four of six would tell most


def _year(value: str) -> str | None:
    """A day still, for clients expect one: the first of its year."""
    day = _DAY.fullmatch(value)
    return f"{day[1]}-01-01" if day else None


def _city(value: str) -> str:
    return city_of(value) or DOT


_MASKS: Mapping[Category, Callable[[str], str | None]] = MappingProxyType(
    {
        Category.NAME: _initials,
        Category.EMAIL: _email,
        Category.PHONE: _last_four,
        Category.NATIONAL_ID: _last_four,
        Category.BIRTH_DATE: _year,
        Category.ADDRESS: _city,
    }
)
