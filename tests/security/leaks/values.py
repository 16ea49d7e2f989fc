"""Three values of each field: what the record holds, what its peer holds, and what the record holds
when the value is another. The first comes before the second and the second before the third in
every order; the first and the third have the same mask.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.declaration.custom_types import CustomType, Definition
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind
from domain.entities.registry import ALL
from domain.values.choice import values_of
from privacy.labels import Category

SHOWN, PEER, HIDDEN = "shown", "peer", "hidden"
WHICH = (SHOWN, PEER, HIDDEN)

PLAIN, SEALED = "shoe_brand", "shoe_size"
CUSTOM = {
    PLAIN: Definition(PLAIN, CustomType.TEXT, sealed=False, category=Category.BEHAVIOR),
    SEALED: Definition(SEALED, CustomType.TEXT),
}
"""The custom fields of customers: one that also stands in the clear, one that does not."""


@dataclass(frozen=True)
class Reference:
    """A record of the world by its resource, or another by its name."""

    name: str
    which: str = SHOWN


def _to(name: str) -> tuple[Any, ...]:
    """The same for the peer, so that both are as visible; afterwards the peer of what it was."""
    return Reference(name), Reference(name), Reference(name, PEER)


_REFERENCES = {
    "department": (Reference("department"), Reference("department"), Reference("other department")),
    "partner_account": (
        Reference("partner_account"),
        Reference("partner_account"),
        Reference("other partner"),
    ),
    "customer": (Reference("customer"), Reference("customer"), Reference("second")),
}
"""By where a reference leads; elsewhere there are the record and its peer only."""

VALUES: dict[tuple[str, str], tuple[Any, Any, Any]] = {
    ("customer", "kind"): ("PERSON", "PERSON", "ORGANIZATION"),
    ("customer", "lifecycle"): ("CUSTOMER", "LEAD", "PAST"),
    ("customer", "time_zone"): ("Africa/Tunis", "Europe/Rome", "Pacific/Fiji"),
    ("customer", "country"): (None, "EE", "FR"),
    ("customer", "location"): ([-400, -1300], [10, 20], [600, 1300]),
    ("relationship", "type"): ("HOUSEHOLD", "PARTNER_OF", "WORKS_FOR"),
    ("relationship", "to"): (
        Reference("customer", PEER),
        Reference("customer", PEER),
        Reference("first"),
    ),
    ("consent", "status"): ("WITHDRAWN", "WITHDRAWN", "GRANTED"),
    ("consent_event", "status"): ("GRANTED", "GRANTED", "WITHDRAWN"),
    ("consent_event", "at"): (
        datetime(2000, 6, 1, tzinfo=UTC),
        datetime(2001, 1, 1, tzinfo=UTC),  # When the consent was given, whose row tells of it, too.
        datetime(2022, 1, 1, tzinfo=UTC),
    ),
    ("interaction", "channel"): ("CHAT", "EMAIL", "WEB"),
    ("interaction", "direction"): ("INBOUND", "INBOUND", "OUTBOUND"),
    ("interaction", "outcome"): ("ESCALATED", "FOLLOW_UP", "RESOLVED"),
    ("participant", "customer"): (Reference("customer"), Reference("customer", PEER), None),
    ("participant", "member"): (None, None, Reference("member", PEER)),
    ("opportunity", "status"): ("OPEN", "OPEN", "WON"),
    ("opportunity", "currency"): ("EUR", "GBP", "USD"),
    ("stage_change", "from_stage"): (Reference("stage", PEER), Reference("stage", PEER), None),
    ("stage", "outcome"): ("OPEN", "OPEN", "WON"),
    ("member", "role"): ("MEMBER", "MEMBER", "MANAGER"),
    ("member", "manager"): (Reference("member", PEER), None, None),
    ("department", "parent"): (Reference("department", PEER), None, None),
    ("partner_account", "kind"): ("PARTNER", "PARTNER", "SUPPLIER"),
    ("partner_account", "customer"): (Reference("first"), Reference("first"), Reference("second")),
    ("deal_registration", "status"): ("APPROVED", "PENDING", "WITHDRAWN"),
    ("deal_registration", "rejection_reason"): ("DECLINED", "INCOMPLETE", "NOT_ELIGIBLE"),
    ("deal_registration", "kind"): ("PERSON", "PERSON", "ORGANIZATION"),
    ("deal_registration", "country"): (None, "EE", "FR"),
    ("deal_registration", "currency"): ("EUR", "GBP", "USD"),
    ("record_share", "record"): (f"cus_{'a' * 36}", f"cus_{'b' * 36}", f"cus_{'c' * 36}"),
    ("record_share", "grantee"): ("role:Quxa", "role:Quxm", "role:Quxz"),
    ("record_share", "reason"): ("COVER", "HANDOVER", "REVIEW"),
    ("record_share", "author"): (Reference("member"), Reference("member"), None),
    ("customer", "birth_date"): ("2001-01-01", "2001-06-01", "2001-12-31"),
    ("customer", "erased_at"): (None, datetime(2011, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)),
    ("customer", "restricted_at"): (None, None, datetime(2021, 1, 1, tzinfo=UTC)),
    ("customer", "restricted_for"): ([], [], ["OBJECTION"]),
}  # fmt: skip
"""What does not follow from a declaration: values that depend on others, or decide who sees what."""

RESTRICTION = {("customer", "restricted_at"), ("customer", "restricted_for")}
LINKED = ({("participant", "customer"), ("participant", "member")}, RESTRICTION)
"""What the database lets change together only."""

_NUMBERS = {
    (resource.name, field.name): number
    for number, (resource, field) in enumerate((r, f) for r in ALL for f in r.fields)
}


def value_of(resource: Entity, name: str, which: str) -> Any:
    """The value as rows and packs hold it; references stand for ids."""
    place, key = WHICH.index(which), (resource.name, name)
    if key in VALUES:
        return VALUES[key][place]
    return _made(resource, resource.by_name[name], place)


def _made(resource: Entity, field: Field, place: int) -> Any:
    if field.kind is Kind.REFERENCE:
        return _REFERENCES.get(field.target, _to(field.target))[place]
    if field.kind is Kind.ENUM:
        return _choices(field)[place]
    number = _NUMBERS[resource.name, field.name]
    word = f"Quxor{number}{'amz'[place]}"
    if field.kind is Kind.TEXT:
        return _text(field, word)
    if field.kind is Kind.JSON:
        return _json(resource, field, word, place)
    day = date(2001 + 10 * place, 1, 1)
    made = {
        Kind.INTEGER: (10, 50, 90)[place],
        Kind.DECIMAL: Decimal((10, 500, 900)[place]),
        Kind.BOOLEAN: place < WHICH.index(HIDDEN),
        Kind.DATE: day.isoformat() if field.is_sealed else day,
        Kind.TIMESTAMP: datetime(day.year, 1, 1, tzinfo=UTC),
        Kind.TAGS: [word],
    }
    return made[field.kind]


def _choices(field: Field) -> tuple[str, str, str]:
    """In the order of the alphabet; of two values, the peer has the first one too."""
    assert field.values
    first, *_, last = values = sorted(values_of(field.values))
    return first, values[(len(values) - 1) // 2], last


def _text(field: Field, word: str) -> str:
    match field.category:
        case Category.EMAIL:
            return f"{word.lower()}@quxor.example"
        case Category.NATIONAL_ID:
            return f"{word}-4321"
        case Category.CONTENT:
            return f"{word} Quxor says so"
    return word


def _json(resource: Entity, field: Field, word: str, place: int) -> Any:
    if field.form is Form.FINDINGS:
        one = {"type": f"QUXOR_{place}", "start": 0, "end": len(word), "score": 0.5}
        return {name: [one] for name in resource.detected}
    match field.name:
        case "external_references":
            return [{"system": "ERP", "id": word}]
        case "custom_fields":
            return [{"name": name, "value": word} for name in CUSTOM]
    kinds = {"emails": "EMAIL", "phones": "PHONE", "addresses": "POSTAL", "websites": "WEB"}
    values = {"emails": f"{word.lower()}@quxor.example", "phones": f"+49 151 55{place}{place}4321"}
    point = {"kind": kinds.get(field.name, "SOCIAL"), "value": values.get(field.name, word)}
    is_valid = place < WHICH.index(HIDDEN) if field.name == "phones" else None
    return [{**point, "label": None, "preferred": True, "verified": False, "is_valid": is_valid}]


def words(resource: Entity, name: str) -> set[str]:
    """What tells the field's two values from every other text, in lower case."""
    found = {str(value_of(resource, name, which)).lower() for which in (SHOWN, HIDDEN)}
    number = _NUMBERS[resource.name, name]
    marks = {f"quxor{number}{letter}" for letter in "az"}
    return {mark for mark in marks if any(mark in text for text in found)}
