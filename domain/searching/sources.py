"""Search sources of each resource: the texts, the declared fields behind them, and in what manner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from domain.declaration.entity import Entity
from domain.declaration.field import Field, Values
from domain.declaration.kinds import Manner
from domain.declaration.names import camel
from domain.declaration.registry import Registry
from domain.entities.customers import CUSTOMER
from domain.searching.spelling.folding import is_unspaced
from privacy import caches


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A searched text. It counts where *all* ``fields`` may be used; ``name`` is stable, tokens are
    derived under it; ``shown_as`` is what answers call it.
    """

    name: str
    fields: tuple[str, ...]
    manner: Manner
    weight: float
    shown_as: str
    texts: Callable[[Values], Iterator[str]]
    within: str | None = None
    """A plain column by whose value and the beginning together rows are found as well: neither alone
    tells few enough of many apart.
    """
    kind: str | None = None
    """The only kind of records that have the text."""


def _source(entity: Entity, field: Field) -> Source:
    """The texts of a field that is found by itself."""
    manner = field.find or Manner.BODY
    name = f"{entity.stable}.{field.name}"
    texts = partial(_values, field.name)
    return Source(name, (field.name,), manner, WEIGHTS[manner], camel(field.name), texts)


def _values(field: str, values: Values) -> Iterator[str]:
    value = values.get(field)
    if isinstance(value, str):
        if value:
            yield value
    else:  # Ids elsewhere: nobody knows the names of the systems by heart.
        yield from (reference["id"] for reference in value or ())


def _person_name(values: Values) -> Iterator[str]:
    parts = [part for name in ("given_name", "family_name") if (part := values.get(name))]
    if parts:
        yield " ".join(parts)
    if len(parts) > 1 and all(map(is_unspaced, parts)):
        yield " ".join(reversed(parts))  # As it is said where the family's name comes first.


def _organization_name(values: Values) -> Iterator[str]:
    if values.get("organization_name"):
        yield values["organization_name"]


def _emails(values: Values) -> Iterator[str]:
    return (point["value"] for point in values.get("emails") or ())


WEIGHTS: Mapping[Manner, float] = {
    Manner.NAME: 1.0,
    Manner.ADDRESS: 0.95,
    Manner.REFERENCE: 0.95,
    Manner.TITLE: 0.9,
    Manner.BODY: 0.8,
}

CUSTOMER_NAMES = (
    Source(
        "customer.organization_name",
        ("organization_name",),
        Manner.NAME,
        WEIGHTS[Manner.NAME],
        "name",
        _organization_name,
        within="country",
        kind="ORGANIZATION",
    ),
    Source(
        "customer.person_name",
        ("given_name", "family_name"),
        Manner.NAME,
        WEIGHTS[Manner.NAME],
        "name",
        _person_name,
        within="country",
        kind="PERSON",
    ),
)

CUSTOMER_EMAILS = Source(
    "customer.emails", ("emails",), Manner.ADDRESS, WEIGHTS[Manner.ADDRESS], "email", _emails
)

COMPOSED: Mapping[str, tuple[Source, ...]] = {CUSTOMER.name: (*CUSTOMER_NAMES, CUSTOMER_EMAILS)}
"""Texts that are made of several fields, or of parts of one."""


@lru_cache(maxsize=caches.ENTITIES)
def sources_of(entity: Entity) -> tuple[Source, ...]:
    """The composed ones first, then a record's own name, then the others as they are declared."""
    found = sorted((field for field in entity.fields if field.find), key=lambda f: f.name != "name")
    return (*COMPOSED.get(entity.name, ()), *(_source(entity, field) for field in found))


def searched(registry: Registry) -> tuple[Entity, ...]:
    """The entities whose records are searched for."""
    return tuple(entity for entity in registry.all if sources_of(entity))


FILTERED: Mapping[tuple[str, str], tuple[Source, ...]] = {(CUSTOMER.name, "name"): CUSTOMER_NAMES}
"""The sources behind a field that callers look up by words or by how it begins."""


def is_indexed(entity: Entity) -> bool:
    """Whether tokens are kept of its rows; the others are few, and their texts are no secret."""
    return entity.subject is not None and bool(sources_of(entity))
