"""Duties of the law towards an entity with people's data, as its declaration answers them.

Erasure (GDPR Art. 17), restriction (Art. 18), retention (Art. 5(1)(e)), access (Art. 15), consent (Art. 7),
and mentions of others. What one of them would miss is refused when it is declared: ``missed`` says it.
"""

from collections.abc import Iterator

from domain.declaration.entity import Entity
from domain.declaration.erasing import COUNTED, emptied, leading
from domain.declaration.field import DEFAULT, Field
from domain.declaration.kinds import Erasure, Form, Kind
from domain.values.point_ids import LISTS

DATA_SUBJECT = "DATA_SUBJECT"
"""The role of the person whose data a record is."""
OWN = frozenset({"own_customer", "own_record"})
"""Conditions under which somebody sees what is theirs."""

_FREE = frozenset({Kind.TEXT, Kind.TAGS, Kind.JSON})
"""Kinds of values into which callers write what they like."""
_KNOWN_FORMS = frozenset({Form.CUSTOM_FIELDS, Form.EXTERNAL_REFERENCES})
_WRITTEN = ("version", "created_at", "updated_at", "archived_at")


def is_of_people(entity: Entity) -> bool:
    """Whether its records say something about people."""
    return bool(leading(entity) or _personal(entity))


def aged_by(entity: Entity) -> str | None:
    """The field from which the retention of a record counts: its last change, or by what it is ordered."""
    if "updated_at" in entity.by_name:
        return "updated_at"
    first = entity.by_name.get(entity.order[0].field)
    return None if first is None or first.kind is not Kind.TIMESTAMP else first.name


def disclosed(entity: Entity) -> tuple[str, ...]:
    """The fields that a person is told who asks what is held of them: all but what was found in texts."""
    told = (field for field in entity.fields if field.form is not Form.FINDINGS)
    return tuple(field.name for field in told if not field.sources)


def has_mentions(entity: Entity) -> bool:
    """Whether others may be spoken of in its records."""
    return bool(entity.free_texts or entity.tagged) or any(map(has_texts, entity.fields))


def has_texts(field: Field) -> bool:
    """Whether a sealed object holds texts that callers write: labels, postal addresses, custom fields."""
    return field.is_sealed and (field.name in LISTS or field.form is Form.CUSTOM_FIELDS)


def missed(entity: Entity) -> Iterator[str]:
    """What a duty would miss, in sentences that name it."""
    if is_of_people(entity):
        yield from _whose(entity)
        yield from _erasure(entity)
        yield from _retention(entity)
    yield from _access(entity)
    yield from _mentions(entity)
    if entity.is_written and (lacking := _lacking(entity, _WRITTEN)):
        yield f"{entity.name} is written by callers and has no {lacking}"


def _whose(entity: Entity) -> Iterator[str]:
    """Restriction and consent ask the customer; whoever that is, they are found by one column."""
    if entity.subject is None:
        for name in _personal(entity):
            yield f"{entity.name}.{name} is personal, and nobody knows whose"
        return
    if all(column.name != entity.subject for column in entity.table.c):
        yield f"{entity.name} has no column {entity.subject}, which is to say whose data it is"
    if entity.of is None:
        if entity.sealed and entity.speaks_of_customers:
            yield f"{entity.name} has sealed fields and does not say which customer rules ask (of)"
    elif entity.shape.customer is None:
        yield f"{entity.name}.{entity.of} does not lead to the customer whose data it is"
    elif entity.subject != entity.shape.customer and not entity.may_be_nobodys:
        yield f"{entity.name} is sealed for {entity.subject} and judged by {entity.shape.customer}"


def _erasure(entity: Entity) -> Iterator[str]:
    if entity.erasure is Erasure.KEPT:
        for name in _personal(entity):
            yield f"{entity.name}.{name} is personal, and stays when they are erased"
    elif entity.erasure is Erasure.EMPTIED:
        left = emptied(entity)
        for field in entity.fields:
            if _stays_unsaid(field):
                yield f"{entity.name}.{field.name} stands in the clear: say what an erasure leaves (erased)"
            if field.required and field.column in left and left[field.column] is None:
                yield f"{entity.name}.{field.name} is required, and an erasure leaves nothing (erased)"


def _stays_unsaid(field: Field) -> bool:
    """Whether people may be written about in it and nobody decided what becomes of that."""
    is_plain = not (field.is_sealed or field.sources or field.ours)
    is_counted = field.category in COUNTED and field.category.is_personal
    return is_plain and field.kind in _FREE and is_counted and field.erased is DEFAULT


def _retention(entity: Entity) -> Iterator[str]:
    if aged_by(entity) is None:
        yield f"{entity.name} does not say when it was written: nobody knows how long it is kept"


def _access(entity: Entity) -> Iterator[str]:
    if not entity.speaks_of_customers or not (entity.grants or entity.is_written):
        return
    theirs = [one for one in entity.grants if one.subject == DATA_SUBJECT]
    if not any("read" in one.actions.split() for one in theirs):
        yield f"{entity.name} grants nothing to the person whose data it is ({DATA_SUBJECT})"
    if any(one.condition not in OWN for one in theirs):
        yield f"{entity.name} grants {DATA_SUBJECT} what is others' ({' or '.join(sorted(OWN))})"


def _mentions(entity: Entity) -> Iterator[str]:
    if has_mentions(entity) and (lacking := _lacking(entity, ("version", "updated_at"))):
        yield f"{entity.name} may speak of others, and has no {lacking} by which it is redacted"
    for field in entity.sealed:
        if field.kind is Kind.JSON and not (field.form in _KNOWN_FORMS or field.name in LISTS):
            yield f"{entity.name}.{field.name} is an object in which nobody looks for mentions of others"
    is_found = any(field.form is Form.FINDINGS for field in entity.fields)
    if entity.detected and not is_found:
        yield f"{entity.name} is looked through, and has no place for what is found (findings)"
    if is_found and (unseen := sorted({*entity.free_texts} - {*entity.detected})):
        yield f"{entity.name}.{unseen[0]} is shown masked, and nobody looks through it (detect)"


def _personal(entity: Entity) -> list[str]:
    return [field.name for field in entity.fields if field.category.is_personal]


def _lacking(entity: Entity, names: tuple[str, ...]) -> str:
    return ", ".join(name for name in names if name not in entity.by_name)
