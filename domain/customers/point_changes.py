"""Changes of single contact points, each known by its id: added, changed, removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.customers.unseen_values import Seen
from domain.declaration.field import Values
from domain.validation.contact_points import AllNumbers, Kept, Numbers, contact_point, too_many
from domain.validation.customers import POINT_FIELDS
from domain.validation.values import CONTACT_POINTS_MAX
from domain.values.errors import InvalidInputError
from domain.values.point_ids import new_id, with_ids
from domain.writing.records import Stored

CHANGES = "contact_point_changes"


def changed_points(
    stored: Stored,
    changes: Mapping[str, Sequence[Any]],
    sees: Seen,
    region: str,
    undialled: Numbers,
) -> dict[str, list[Kept]]:
    """The contact points as they will be, by the fields that change; raises ``InvalidInputError``.

    ``changes`` has what to ``add`` (contact points), to ``update`` (an id and what changes) and to
    ``remove`` (ids). INVARIANT: one that is not shown to the caller at all is as good as not there.
    """
    points = {
        field: with_ids(stored.id, stored.sealed.get(field)) for field in POINT_FIELDS.values()
    }
    touched = set()
    for number, change in enumerate(changes.get("update") or ()):
        field, place = _found(points, change["id"], sees, "update")
        old = points[field][place]
        given = _without_mask(change, old, sees.shown(field, stored), place)
        at = (CHANGES, "update", str(number))
        numbers = undialled if "value" in given else AllNumbers()
        merged = contact_point({**old, **given}, region, at, undialled=numbers)
        points[field][place] = merged | {"id": old["id"]}
        touched.add(field)
    for id_ in changes.get("remove") or ():
        field, place = _found(points, id_, sees, "remove")
        del points[field][place]
        touched.add(field)
    for number, point in enumerate(changes.get("add") or ()):
        field = POINT_FIELDS[point["kind"]]
        at = (CHANGES, "add", str(number))
        made = contact_point(point, region, at, undialled=undialled)
        points[field].append({**made, "id": new_id()})
        touched.add(field)
    if sum(_counted(stored, field, points[field], sees) for field in points) > CONTACT_POINTS_MAX:
        raise too_many()
    return {field: _settled(stored, field, points[field]) for field in touched}


def _counted(stored: Stored, field: str, points: Sequence[Kept], sees: Seen) -> int:
    """How many there will be, without those of which the caller is not shown that there are any."""
    is_shown = sees.is_open(field) or sees.is_masked(field)
    return len(points) - (0 if is_shown else len(stored.sealed.get(field) or ()))


def _found(
    points: Mapping[str, Sequence[Kept]], id_: str, sees: Seen, step: str
) -> tuple[str, int]:
    for field, some in points.items():
        if sees.is_open(field) or sees.is_masked(field):
            for place, point in enumerate(some):
                if point["id"] == id_:
                    return field, place
    raise InvalidInputError("there is no such contact point", (CHANGES, step), code="NOT_FOUND")


def _without_mask(
    change: Values, old: Kept, shown: Sequence[Kept] | None, place: int
) -> dict[str, Any]:
    """What is given, without a value or label that is sent back as it was shown masked."""
    given = {name: value for name, value in change.items() if name != "id"}
    if shown:
        masked = next((one for one in shown if one.get("id") == old["id"]), None) or shown[place]
        return {n: v for n, v in given.items() if n not in {"value", "label"} or v != masked[n]}
    return given


def _settled(stored: Stored, field: str, points: list[Kept]) -> list[Kept]:
    """As they are stored where nothing changed but ids."""
    known = stored.sealed.get(field) or []
    return list(known) if points == with_ids(stored.id, known) else points
