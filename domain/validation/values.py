"""Values that any record may have: texts, choices, lists, moments. Each rule returns the value as it is
kept, or raises ``InvalidInputError`` with the field's name and never with the value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.validation.masked import require_unmasked
from domain.values import locations
from domain.values.calendar_years import within_years
from domain.values.currencies import PLACES_MAX
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from policy.masks import has_mask
from privacy.invisible import without_invisible

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 20_000
CONTACT_POINTS_MAX = 50
TAGS_MAX = 50

_OfField = Callable[[Field, Any], Any]
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


def choices(field: Field) -> frozenset[str]:
    """The values of an enumeration."""
    return frozenset(field.values.__members__ if field.values else ())


def rule_of(field: Field) -> Rule | None:
    """The rule that a field's declaration comes to, if values of its kind have any."""
    rule = _BY_FORM.get(field.form) or _BY_KIND.get(field.kind)
    return None if rule is None else lambda _name, value: rule(field, value)


def kept_value(field: Field, value: Any) -> Any:
    """A value as its field's declaration has it kept; raises ``InvalidInputError``."""
    if value is None or value == "":
        if field.required:
            raise InvalidInputError("it may not be empty", (field.name,))
        return None
    rule = rule_of(field)
    return value if rule is None else rule(field.name, value)


def _text(field: Field, value: str) -> str:
    if has_mask(field.category):
        require_unmasked(field.name, value)
    length_max = field.max or NAME_LENGTH_MAX
    return text(field.name, value, length_max=length_max, is_prose=field.is_prose)


def _moment(field: Field, value: date | datetime) -> date | datetime | str:
    within_years(field.name, value)
    return value.isoformat() if field.is_sealed else value


def _number(field: Field, value: Decimal | int) -> Decimal | int:
    number, greatest = Decimal(value), _GREATEST[field.kind]
    if not number.is_finite() or abs(number) > greatest or number != round(number, PLACES_MAX):
        raise InvalidInputError(_NO_NUMBER[field.kind], (field.name,))
    return value


_GREATEST: Mapping[Kind, int] = {Kind.INTEGER: 2**31 - 1, Kind.DECIMAL: 10**15 - 1}
_NO_NUMBER: Mapping[Kind, str] = {
    Kind.INTEGER: "it must lie between -2147483647 and 2147483647",
    Kind.DECIMAL: "it has at most fifteen digits before and four behind the decimal mark",
}

_BY_FORM: Mapping[Form | None, _OfField] = {
    Form.EXTERNAL_REFERENCES: lambda field, value: references(field.name, value),
}
_BY_KIND: Mapping[Kind, _OfField] = {
    Kind.TEXT: _text,
    Kind.DECIMAL: _number,
    Kind.INTEGER: _number,
    Kind.ENUM: lambda field, value: one_of(choices(field))(field.name, value),
    Kind.TAGS: lambda field, value: tags(field.name, value),
    Kind.PLACE: lambda field, value: locations.kept(field.name, value),
    Kind.DATE: _moment,
    Kind.TIMESTAMP: _moment,
}
