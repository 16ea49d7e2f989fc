"""Search sources of each resource: the texts, the declared fields behind them, and in what manner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from domain.entities.customers import CUSTOMER
from domain.entities.directory import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.pipelines import PIPELINE, STAGE
from domain.entities.schema import Resource, Values
from domain.searching.spelling.folding import is_unspaced


class Manner(Enum):
    """How the words of a text are found."""

    NAME = auto()
    """By their beginnings, and the whole by its beginning."""
    ADDRESS = auto()
    """Whole, by the tags of its lookup; if a tenant chooses so, by the beginnings of its words as well."""
    TITLE = auto()
    """By their beginnings, and in any of their forms."""
    BODY = auto()
    """In any of their forms."""
    REFERENCE = auto()
    """Whole words only, whatever mode a tenant chooses for texts."""


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


def _text(
    resource: Resource, field: str, manner: Manner, weight: float, shown_as: str | None = None
) -> Source:
    def texts(values: Values) -> Iterator[str]:
        if values.get(field):
            yield values[field]

    return Source(f"{resource.stable}.{field}", (field,), manner, weight, shown_as or field, texts)


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


def _references(resource: Resource) -> Source:
    """The ids that records have elsewhere; nobody knows the names of the systems by heart."""
    name, shown_as = "external_references", "externalReferences"
    source = f"{resource.stable}.{name}"
    return Source(source, (name,), Manner.REFERENCE, ADDRESS, shown_as, _ids)


def _ids(values: Values) -> Iterator[str]:
    return (reference["id"] for reference in values.get("external_references") or ())


NAME, ADDRESS, TITLE, BODY = 1.0, 0.95, 0.9, 0.8

CUSTOMER_NAMES = (
    Source(
        "customer.organization_name",
        ("organization_name",),
        Manner.NAME,
        NAME,
        "name",
        _organization_name,
        within="country",
        kind="ORGANIZATION",
    ),
    Source(
        "customer.person_name",
        ("given_name", "family_name"),
        Manner.NAME,
        NAME,
        "name",
        _person_name,
        within="country",
        kind="PERSON",
    ),
)

SOURCES: Mapping[str, tuple[Source, ...]] = {
    CUSTOMER.name: (
        *CUSTOMER_NAMES,
        Source("customer.emails", ("emails",), Manner.ADDRESS, ADDRESS, "email", _emails),
        _references(CUSTOMER),
    ),
    INTERACTION.name: (
        _text(INTERACTION, "subject", Manner.TITLE, TITLE),
        _text(INTERACTION, "body", Manner.BODY, BODY),
    ),
    OPPORTUNITY.name: (
        _text(OPPORTUNITY, "title", Manner.TITLE, TITLE),
        _text(OPPORTUNITY, "lost_reason", Manner.BODY, BODY, "lostReason"),
        _references(OPPORTUNITY),
    ),
    MEMBER.name: (
        _text(MEMBER, "name", Manner.NAME, NAME),
        _text(MEMBER, "email", Manner.ADDRESS, ADDRESS),
        _text(MEMBER, "job_title", Manner.TITLE, TITLE, "jobTitle"),
    ),
    DEPARTMENT.name: (
        _text(DEPARTMENT, "name", Manner.NAME, NAME),
        _text(DEPARTMENT, "code", Manner.NAME, NAME),
    ),
    PARTNER_ACCOUNT.name: (
        _text(PARTNER_ACCOUNT, "name", Manner.NAME, NAME),
        _text(PARTNER_ACCOUNT, "handle", Manner.NAME, NAME),
    ),
    PIPELINE.name: (_text(PIPELINE, "name", Manner.NAME, NAME),),
    STAGE.name: (_text(STAGE, "name", Manner.NAME, NAME),),
}

FILTERED: Mapping[tuple[str, str], tuple[Source, ...]] = {(CUSTOMER.name, "name"): CUSTOMER_NAMES}
"""The sources behind a field that callers look up by words or by how it begins."""


def is_indexed(resource: Resource) -> bool:
    """Whether tokens are kept of its rows; the others are few, and their texts are no secret."""
    return resource.name in SOURCES and resource.subject is not None
