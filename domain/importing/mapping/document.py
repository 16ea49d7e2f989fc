"""Mapping document: which column goes where, in parts.

A value is a column's name, or one of ``column``, ``constant``, ``template`` (``"{a} {b}"``) and
``join`` (the values that are not empty), followed by the steps of ``transform``.
"""

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

from domain.declaration.entity import Entity
from domain.importing.mapping.source_positions import Places


class MappingError(Exception):
    """The mapping cannot be used; the text says where and why, in one sentence."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file."""


Blank: TypeAlias = list[str | int | float | None]
"""What counts as an empty cell, whatever the case of its letters: "n/a", "-", NULL."""


class Value(_Part, frozen=True):
    """Exactly one of the first four, then the steps. ``invalid`` says what happens to a value that cannot
    be: the record is refused, or the value is left out and told.
    """

    column: str | None = None
    constant: str | int | float | bool | None = None
    template: str | None = None
    join: "list[AnyValue] | None" = None
    separator: str = " "
    transform: list[str | dict[str, Any]] = []
    blank: Blank | None = None
    invalid: Literal["refuse", "skip"] = "refuse"


AnyValue: TypeAlias = str | Value


class Named(_Part, frozen=True):
    """A record of another system, where the mapping's own system is not meant."""

    system: str
    id: AnyValue


AnyReference: TypeAlias = str | Named


class ContactPoint(_Part, frozen=True):
    """Left out where its value is empty."""

    kind: str
    value: AnyValue
    label: AnyValue | None = None
    preferred: bool = False
    verified: bool = False


class Relationship(_Part, frozen=True):
    """From the record to another customer."""

    type: str
    to: AnyReference


class Consent(_Part, frozen=True):
    """What a person said of a purpose; left out where the purpose is empty. The status has no default."""

    purpose: AnyValue
    status: AnyValue
    method: AnyValue | None = None
    given_at: AnyValue | None = None
    withdrawn_at: AnyValue | None = None
    expires_at: AnyValue | None = None


class Target(_Part, tag_field="target", kw_only=True, frozen=True):
    """One record for each row, or for each row in which ``when`` is not empty."""

    when: AnyValue | None = None
    reference: AnyReference
    fields: dict[str, AnyValue] = {}


class OwnedTarget(Target, kw_only=True, frozen=True):
    """A record that belongs to a department."""

    department: AnyValue | None = None


class Attachment(_Part, frozen=True):
    """The record that another hangs on, by what kind of record it is: one member for each."""


class DeclaredTarget(Target, kw_only=True, frozen=True):
    """A record of an entity whose parts follow from its declaration (``declared_targets``). ``codes`` are
    the fields in which it names others by a code or a handle, not by an id of theirs.
    """

    entity: ClassVar[Entity]
    codes: ClassVar[frozenset[str]]


class MemberTarget(OwnedTarget, tag="member", kw_only=True, frozen=True):
    """A member of staff."""

    handle: AnyValue
    role: AnyValue
    manager: AnyReference | None = None


class CustomerTarget(OwnedTarget, tag="customer", kw_only=True, frozen=True):
    """A person or an organisation."""

    owner: AnyReference | None = None
    partner_account: AnyValue | None = None
    tags: list[AnyValue] | None = None
    contact_points: list[ContactPoint] | None = None
    custom_fields: dict[str, AnyValue] | None = None
    external_references: list[Named] = []
    relationships: list[Relationship] = []
    consents: list[Consent] = []


class InteractionTarget(OwnedTarget, tag="interaction", kw_only=True, frozen=True):
    """An interaction."""

    customer: AnyReference
    author: AnyReference | None = None
    partner_account: AnyValue | None = None
    participants: list[AnyReference] = []


class OpportunityTarget(OwnedTarget, tag="opportunity", kw_only=True, frozen=True):
    """An opportunity, in a stage of a pipeline."""

    customer: AnyReference
    pipeline: AnyValue
    stage: AnyValue
    owner: AnyReference | None = None
    partner_account: AnyValue | None = None


class PartnerAccountTarget(
    _Part, tag_field="target", tag="partner_account", kw_only=True, frozen=True
):
    """A partner or a supplier."""

    when: AnyValue | None = None
    handle: AnyValue
    kind: AnyValue
    name: AnyValue
    customer: AnyReference | None = None


Written: TypeAlias = (
    MemberTarget | CustomerTarget | InteractionTarget | OpportunityTarget | PartnerAccountTarget
)
"""The targets that are written by hand."""

AnyTarget: TypeAlias = Written | DeclaredTarget


class Factor(_Part, frozen=True):
    """One minus a column, as in ``price × (1 - discount)``."""

    one_minus: str


class Format(_Part, frozen=True):
    """How a file is written: what is not stated is recognised. ``garbled`` is what happens to text that
    was read in a wrong encoding before.
    """

    file: str
    encoding: str | None = None
    delimiter: str | None = None
    garbled: Literal["refuse", "reject", "keep"] = "refuse"


class Lookup(Format, kw_only=True, frozen=True):
    """A dictionary made of a file: ``value`` of the row with a key, or the exact sum, over the rows
    with that key, of the product of ``sum``'s columns, whose decimal mark is ``decimal``. ``round`` says
    how an amount is rounded that has more decimal places than its currency.
    """

    key: str
    value: str | None = None
    sum: list[str | Factor] | None = None
    decimal: Literal[",", "."] | None = None
    round: Literal["half_up", "half_even", "down"] | None = None


class Source(Format, kw_only=True, frozen=True):
    """A file whose rows become records; a value's own ``blank`` stands instead of the file's."""

    records: list[AnyTarget]
    blank: Blank = []


class Mapping(_Part, frozen=True):
    """The whole file. ``system`` names where the ids come from; times without a zone are in
    ``time_zone``.
    """

    system: str
    files: list[Source]
    time_zone: str = "UTC"
    lookups: dict[str, Lookup] = {}


class LocatedMapping(Mapping, kw_only=True, frozen=True):
    """A mapping that knows where each part of it stands."""

    places: Places
