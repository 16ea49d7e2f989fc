"""Masked values that come back: what somebody was shown in place of a value is never stored as one."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from domain.declaration.field import Field
from domain.values.errors import InvalidInputError
from policy.masks import DOT, mask
from privacy.detection.findings import Finding, redact
from privacy.labels import Category

CODE = "MASKED_VALUE"


def require_unmasked(field: str, value: str) -> None:
    """Raise ``InvalidInputError`` (code MASKED_VALUE) for a value with the dots that stand for what is
    hidden: no value of a field that has a masked form has them.
    """
    if DOT in value:
        raise refused(field)


def refused(field: str) -> InvalidInputError:
    """A value is what somebody was shown in place of the one that is kept."""
    message = "it is the masked form of a value: give the value itself, or leave the field out"
    return InvalidInputError(message, (field,), code=CODE)


def is_mask_of(field: Field, given: Any, stored: Any, findings: Any = None) -> bool:
    """Whether what is given in place of ``stored``, or an entry of it, is the masked form of that."""
    if not given or not stored or given == stored:
        return False
    if isinstance(stored, list):
        return not _masked_entries(field, stored).isdisjoint(_new_entries(given, stored))
    if field.category is Category.CONTENT:
        return bool(findings) and given == _redacted(field.name, stored, findings)
    return bool(given == mask(field.category, stored))


def _masked_entries(field: Field, stored: Iterable[Any]) -> set[str]:
    points = [entry for entry in stored if isinstance(entry, Mapping) and "kind" in entry]
    return {point["value"] for point in mask(field.category, points) or ()}


def _new_entries(given: Iterable[Any], stored: Iterable[Any]) -> set[str]:
    """The values of entries that are not there already."""
    known = {entry.get("value") for entry in stored if isinstance(entry, Mapping)}
    return {e["value"] for e in given if isinstance(e, Mapping) and "value" in e} - known


def _redacted(name: str, text: str, findings: Any) -> str | None:
    found = orjson.loads(findings) if isinstance(findings, str | bytes) else findings
    return redact(text, [Finding(**one) for one in found.get(name, ())])
