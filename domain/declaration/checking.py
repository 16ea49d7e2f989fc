"""Checks of declarations: what is wrong is said when it is declared, in one sentence that names it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from domain.declaration.duties import missed
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Erasure, Form, Kind, Lookup
from domain.declaration.parts import ToMany
from domain.declaration.table import plural_of
from privacy.labels import Category

Value = TypeVar("Value")

PACK_MAX = 127


class InvalidEntityError(Exception):
    """A declaration that cannot be."""


def checked(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The entities; raises ``InvalidEntityError`` for the first one that is wrong."""
    known = tuple(entities)
    by_name = {entity.name: entity for entity in known}
    for entity in known:
        for fault in (*_faults(entity, set(by_name)), *_import_faults(entity, by_name)):
            raise InvalidEntityError(fault)
    for what in ("name", "type_name", "prefix", "stable", "plural"):
        (taken, count), *_ = Counter(getattr(entity, what) for entity in known).most_common(1)
        if count > 1:
            message = f"{count} entities have the {what.replace('_', ' ')} {taken}"
            raise InvalidEntityError(message)
    for number in _doubled(event.number for entity in known for event in entity.timeline):
        message = f"two events of the timeline have the number {number}"
        raise InvalidEntityError(message)
    return known


def _faults(entity: Entity, names: set[str]) -> Iterator[str]:
    if entity.plural != (plural := plural_of(entity.name)):
        yield f"{entity.name}: many of them are {plural}, not {entity.plural}"
    for name in _doubled(field.name for field in entity.fields):
        yield f"{entity.name}.{name} is declared twice"
    for number in _doubled(field.pack for field in entity.sealed):
        yield f"{entity.name}: two sealed fields have the number {number} in the pack"
    for field in entity.fields:
        for fault in _of_field(entity, field, names):
            yield f"{entity.name}.{field.name} {fault}"
    for edge in entity.edges:
        if isinstance(edge, ToMany) and edge.target not in names:
            yield f"{entity.name}.{edge.name} leads to {edge.target}, which is not declared"
    if entity.sealed and not entity.subject:
        yield f"{entity.name} has sealed fields and does not say whose data they are (subject)"
    if entity.erasure is Erasure.EMPTIED and not entity.subject and _is_of_a_customer(entity):
        yield f"{entity.name} leads to a customer and does not say what an erasure does with it"
    yield from missed(entity)


def _import_faults(entity: Entity, known: Mapping[str, Entity]) -> Iterator[str]:
    """What keeps an import from taking records as they are declared."""
    if not entity.importable:
        return
    if not entity.keeps_references:
        yield (
            f"{entity.name} is importable and keeps no external_references, by which an import finds a"
            " record again"
        )
    for field in entity.imported if entity.is_written else ():
        target = known.get(field.target)
        if target and not (target.keeps_references or target.named_by):
            yield f"{entity.name}.{field.name} leads to {target.name}, which no file can name (named_by)"
        if field.kind is Kind.JSON and field.form is not Form.EXTERNAL_REFERENCES:
            yield f"{entity.name}.{field.name} is an object, which no cell holds: it is not importable"


def _of_field(entity: Entity, field: Field, names: set[str]) -> Iterator[str]:
    if field.category not in _LABELS:
        yield "has no label: whose or what data it is"
        return
    if field.target and field.target not in names:
        yield f"leads to {field.target}, which is not declared"
    if unknown := set(field.sources) - entity.grantable:
        yield f"is made of {', '.join(sorted(unknown))}, which is not declared"
    if _is_bare(entity, field):
        yield f"holds {field.category} in the clear: it must be sealed (pack)"
    yield from (sentence for holds, sentence in _NEVER if holds(field))


_LABELS = frozenset(Category)

_NEVER: tuple[tuple[Callable[[Field], bool], str], ...] = (
    (lambda f: f.kind is Kind.REFERENCE and not f.target, "is a reference and leads nowhere"),
    (lambda f: f.kind is Kind.ENUM and not f.values, "is an enumeration without values"),
    (lambda f: f.is_sealed and bool(f.sources), "is sealed and made of others"),
    (lambda f: bool(f.sources) != bool(f.derive), "is made of others and does not say how"),
    (lambda f: f.imported and not f.ours, "is given by callers, and so by imports (imported)"),
    (
        lambda f: f.pack is not None and not 0 < f.pack <= PACK_MAX,
        f"has a number outside of the pack: 1 to {PACK_MAX}",
    ),
    (
        lambda f: f.is_sealed and f.lookup not in {Lookup.NONE, Lookup.BLIND, Lookup.DECLARED},
        "is sealed: it can be looked up by keyed hashes only",
    ),
)


def _is_bare(entity: Entity, field: Field) -> bool:
    """Whether whoever reads the table would know the person. Findings are types, offsets and scores."""
    is_plain = not (field.is_sealed or field.sources or field.form is Form.FINDINGS)
    return is_plain and entity.subject is not None and field.category.is_identifying


def _is_of_a_customer(entity: Entity) -> bool:
    return any(field.target == "customer" for field in entity.fields)


def _doubled(values: Iterable[Value]) -> list[Value]:
    return [value for value, count in Counter(values).items() if count > 1]
