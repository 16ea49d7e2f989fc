"""Constructors of declared fields: one for each kind of value, with what is usual for it.

Each takes the field's name, whose or what data it is (``label``), what the schema says of it (``says``),
and what filters and orders go by in words where that is not its name (``by``, ``ordered_by``).
"""

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict, Unpack

from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind, Lookup, Manner
from domain.declaration.names import RECORD
from domain.values.choice import Choice
from privacy.labels import Category


class Said(TypedDict):
    """What is said of a field."""

    says: str
    ours: NotRequired[bool]
    imported: NotRequired[bool]
    fixed: NotRequired[bool]
    asked: NotRequired[str]
    required: NotRequired[bool]
    max: NotRequired[int]
    default: NotRequired[Any]
    detect: NotRequired[bool]
    find: NotRequired[Manner]
    erased: NotRequired[Any]
    by: NotRequired[str]
    ordered_by: NotRequired[str]


def text(
    name: str,
    label: Category,
    *,
    pack: int | None = None,
    lookup: Lookup | None = None,
    **said: Unpack[Said],
) -> Field:
    """Text, of at most ``max`` characters. In the clear it can be looked up; sealed, with a number in the
    ``pack``, it cannot.
    """
    usual = Lookup.EQUAL if pack is None else Lookup.NONE
    return Field(name, Kind.TEXT, label, lookup or usual, pack, **said)


def choice(name: str, values: type[Choice], label: Category, **said: Unpack[Said]) -> Field:
    """One of a closed list of values."""
    return Field(name, Kind.ENUM, label, Lookup.EQUAL, values=values, **said)


def reference(name: str, target: str, **said: Unpack[Said]) -> Field:
    """The id of another record (the entity ``target``), and the edge that leads there."""
    return Field(name, Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL, target=target, **said)


def boolean(name: str, label: Category, **said: Unpack[Said]) -> Field:
    """True or false."""
    return Field(name, Kind.BOOLEAN, label, Lookup.EQUAL, **said)


def integer(name: str, label: Category, **said: Unpack[Said]) -> Field:
    """A whole number."""
    return Field(name, Kind.INTEGER, label, Lookup.RANGE, **said)


def decimal(name: str, label: Category, **said: Unpack[Said]) -> Field:
    """An exact number with four decimal places."""
    return Field(name, Kind.DECIMAL, label, Lookup.RANGE, **said)


def date(name: str, label: Category, *, pack: int | None = None, **said: Unpack[Said]) -> Field:
    """A day; sealed, it cannot be looked up."""
    lookup = Lookup.RANGE if pack is None else Lookup.NONE
    return Field(name, Kind.DATE, label, lookup, pack, **said)


def on_record(*, required: bool) -> tuple[Field, Field]:
    """The record of a customer's that a record hangs on, and with it the customer whose data it is."""
    return (
        text(
            RECORD,
            Category.SYSTEM,
            required=required,
            fixed=True,
            says="The id of the record that it belongs to.",
            by="the record that it belongs to",
        ),
        reference("customer", "customer", required=required, ours=True, says="Whose data it is."),
    )


def made_by() -> tuple[Field, ...]:
    """Who made a record, and for whom."""
    return (
        reference("author", "member", ours=True, imported=True, says="Who made it."),
        reference(
            "department",
            "department",
            ours=True,
            imported=True,
            says="The author's department.",
        ),
        reference(
            "partner_account",
            "partner_account",
            ours=True,
            imported=True,
            says="The partner who made it.",
            by="partner",
        ),
    )


def findings(says: str = "Personal data in the texts.") -> Field:
    """What was found in the texts that are looked through: types, offsets and scores, never the text."""
    return structured("findings", Form.FINDINGS, Category.CONTENT, ours=True, says=says)


def record() -> tuple[Field, ...]:
    """What Farley keeps of every record that changes and can be put away."""
    return (
        version(),
        timestamp(
            "created_at",
            required=True,
            ours=True,
            imported=True,
            says="When it was recorded.",
            by="when recorded",
        ),
        timestamp(
            "updated_at",
            required=True,
            ours=True,
            says="When it changed last.",
            by="the last change",
        ),
        timestamp(
            "archived_at", ours=True, says="When it was put away.", by="when it was put away"
        ),
    )


def timestamp(name: str, label: Category = Category.SYSTEM, **said: Unpack[Said]) -> Field:
    """A moment."""
    return Field(name, Kind.TIMESTAMP, label, Lookup.RANGE, **said)


def tags(name: str, label: Category, **said: Unpack[Said]) -> Field:
    """Short texts, in no order."""
    return Field(name, Kind.TAGS, label, Lookup.TAGS, **said)


def place(name: str, label: Category, **said: Unpack[Said]) -> Field:
    """A place, to a tenth of a degree."""
    return Field(name, Kind.PLACE, label, Lookup.PLACE, **said)


def version() -> Field:
    """The number that goes up with each change."""
    says = "Goes up with each change."
    return Field("version", Kind.INTEGER, Category.SYSTEM, required=True, ours=True, says=says)


def structured(
    name: str,
    form: Form,
    label: Category,
    *,
    pack: int | None = None,
    lookup: Lookup = Lookup.NONE,
    **said: Unpack[Said],
) -> Field:
    """An object, or a list of objects, of that form."""
    return Field(name, Kind.JSON, label, lookup, pack, form=form, **said)


def inner(
    name: str, label: Category, *, pack: int, lookup: Lookup = Lookup.NONE, by: str = ""
) -> Field:
    """A list of objects that is shown within a derived field only."""
    return Field(name, Kind.JSON, label, lookup, pack, by=by)


def external_references(pack: int, *, find: bool = False) -> Field:
    """The ids that a record has in other systems; search finds them if they are to be found."""
    return Field(
        "external_references",
        Kind.JSON,
        Category.UNIQUE_ID,
        Lookup.BLIND,
        pack,
        form=Form.EXTERNAL_REFERENCES,
        find=Manner.REFERENCE if find else None,
        says="Ids in other systems.",
        asked="All ids in other systems.",
        by="an id in another system",
    )


def derived(
    name: str,
    sources: tuple[str, ...],
    derive: Callable[..., Any],
    label: Category,
    *,
    kind: Kind = Kind.TEXT,
    lookup: Lookup = Lookup.NONE,
    form: Form | None = None,
    by_id: bool = False,
    **said: Unpack[Said],
) -> Field:
    """A value that is made of those of other fields, and as visible as they are."""
    return Field(
        name,
        kind,
        label,
        lookup,
        sources=sources,
        derive=derive,
        derives_by_id=by_id,
        form=form,
        **said,
    )
