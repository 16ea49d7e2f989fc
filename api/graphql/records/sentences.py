"""Descriptions that follow from declarations."""

from collections.abc import Iterable

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.parts import ToMany
from domain.declaration.table import plural_of
from domain.searching.sources import Source


def called(entity: Entity) -> str:
    """What sentences call many records of an entity."""
    return entity.called or _words(entity.plural)


def filtered_by(name: str, declared: Field | ToMany) -> str:
    """What a filter's member says."""
    return f"By {declared.by or _words(name)}."


def ordered_by(field: Field) -> str:
    """What a key of an order says."""
    return f"By {field.ordered_by or field.by or _words(field.name)}."


def one_of(entities: Iterable[Entity]) -> str:
    """A sentence of one record of one of these."""
    *first, last = (f"{'an' if one.noun[0] in 'aeiou' else 'a'} {one.noun}" for one in entities)
    sentence = f"{', '.join(first)} or {last}." if first else f"{last}."
    return sentence[0].upper() + sentence[1:]


def texts_of(entity: Entity, source: Source) -> str:
    """A sentence of a searched text of all records: the bodies of notes."""
    name = source.fields[-1]
    texts = name if name.endswith("s") else plural_of(name)
    return f"The {_words(texts)} of {called(entity)}."


def _words(name: str) -> str:
    return name.replace("_", " ")
