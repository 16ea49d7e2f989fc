"""Validation of contact points: cleaned, checked, each with an id that stays."""

from collections.abc import Container, Sequence
from typing import Any

from domain.declaration.field import Values
from domain.validation.customers import POINT_FIELDS
from domain.validation.masked import require_unmasked
from domain.validation.values import CONTACT_POINTS_MAX, text
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.values.point_ids import new_id, with_ids
from privacy.spellings import mailbox, telephone
from privacy.spellings.plain_text import NotNormalisableError, shown
from privacy.spellings.telephone import region_of

Point = Values
Kept = dict[str, Any]

Numbers = Container[str]
NO_NUMBERS: Numbers = frozenset()

VALUE_LENGTH_MAX = 1_000
_SAID = ("kind", "value", "label", "preferred", "verified")


def contact_points(
    points: Sequence[Point], region: str, *, undialled: Numbers = NO_NUMBERS
) -> dict[str, list[Kept]]:
    """Contact points by the field that keeps their kind, with the ids that they bring; all five fields are
    there. Raises ``InvalidInputError``. Telephone numbers that cannot be dialled are kept as text, and say
    so, where they are among ``undialled``.
    """
    if len(points) > CONTACT_POINTS_MAX:
        raise too_many()
    kept: dict[str, list[Kept]] = {field: [] for field in POINT_FIELDS.values()}
    faults = Faults()
    for place, point in enumerate(points):
        field = POINT_FIELDS[point["kind"]]
        with faults.noted():
            at = (field, str(place))
            one = contact_point(point, region, at, undialled=undialled)
            kept[field].append(one)
    faults.settle()
    return kept


def contact_point(
    point: Point, region: str, at: tuple[str, ...], *, undialled: Numbers = NO_NUMBERS
) -> Kept:
    """One contact point as it is kept, with its id if it brings one; ``at`` is its place in the input."""
    field, faults = POINT_FIELDS[point["kind"]], Faults()
    value: Kept = {}
    label = None
    with faults.noted(*at, "value"):
        value = _value(field, point["value"], region, undialled)
    with faults.noted(*at, "label"):
        label = text("label", shown(point["label"])) if point.get("label") else None
    faults.settle()
    known = {"id": point["id"]} if point.get("id") else {}
    return known | {
        "kind": point["kind"],
        "label": label,
        "preferred": bool(point.get("preferred")),
        "verified": bool(point.get("verified")),
        **value,
    }


def _value(field: str, given: str, region: str, undialled: Numbers) -> Kept:
    value = text(field, shown(given), length_max=VALUE_LENGTH_MAX)
    require_unmasked(field, value)
    if field == "emails":
        return {"value": address(field, value)}
    if field == "phones":
        return {"value": value, "is_valid": _is_possible(value, region, undialled)}
    return {"value": value}


class AllNumbers:
    """Those of a tenant that keeps whatever its callers have."""

    def __contains__(self, _value: object) -> bool:
        return True


def numbers_there(stored: Values) -> frozenset[str]:
    """The telephone numbers that a record has: whoever sends one back unchanged changes nothing."""
    return frozenset(point["value"] for point in stored.get("phones") or ())


def judged(sealed: Values, country: str | None, tenant: str) -> Values:
    """The sealed fields of a record of that country, with numbers that say if they can be dialled there;
    ``tenant`` is the region of a record without one.
    """
    region = region_of(country, tenant)
    points = [
        {**point, "is_valid": _is_possible(point["value"], region, AllNumbers())}
        for point in sealed.get("phones") or ()
    ]
    return {**sealed, "phones": points} if points else sealed


def too_many() -> InvalidInputError:
    """There are more contact points than a record may have."""
    message = f"there may be {CONTACT_POINTS_MAX} contact points"
    return InvalidInputError(message, ("contact_points",))


def address(field: str, value: str) -> str:
    """An e-mail address as it is kept; raises ``InvalidInputError``."""
    try:
        mailbox.email(value)
    except NotNormalisableError as error:
        raise InvalidInputError(str(error), (field,)) from None
    return mailbox.bare(value)


def _is_possible(value: str, region: str, undialled: Numbers) -> bool:
    try:
        telephone.require_possible(value, region)
    except NotNormalisableError as error:
        if value in undialled and telephone.has_spellings(value, region):
            return False
        raise InvalidInputError(str(error), ("phones",)) from None
    return True


def carried(record: str, given: Sequence[Kept], stored: Sequence[Point] | None) -> list[Kept]:
    """What is given in place of the stored ones of one kind: what is the same keeps the id, and where all
    are the same nothing changes. Raises ``InvalidInputError`` for an id that none of them has.
    """
    known = with_ids(record, stored)
    free = {point["id"]: point for point in known}
    if any("id" in point and point["id"] not in free for point in given):
        raise InvalidInputError("there is no such contact point", ("contact_points",))
    kept = [_identified(point, free) for point in given]
    same = [_said(point) for point in kept] == [_said(point) for point in known]
    if same and [point["id"] for point in kept] == [point["id"] for point in known]:
        return [dict(point) for point in stored or ()]
    return kept


def _identified(point: Kept, free: dict[str, Kept]) -> Kept:
    found = point.get("id") or next(
        (id_ for id_, one in free.items() if one["value"] == point["value"]), None
    )
    if found is not None:
        free.pop(found, None)
    return {**point, "id": found or new_id()}


def _said(point: Point) -> tuple[Any, ...]:
    return tuple(point.get(name) for name in _SAID)
