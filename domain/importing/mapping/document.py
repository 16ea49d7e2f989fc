"""The mapping file: which column goes where. Parsed strictly: an unknown key is an error.

A value is a column's name, or one of ``column``, ``constant``, ``template`` (``"{a} {b}"``) and
``join`` (the values that are not empty), followed by the steps of ``transform``.
"""

from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
import yaml

from domain.importing.mapping.places import Places

MAPPING_BYTES_MAX = 1_000_000


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
    department: AnyValue | None = None


class MemberTarget(Target, tag="member", kw_only=True, frozen=True):
    """A member of staff."""

    handle: AnyValue
    role: AnyValue
    manager: AnyReference | None = None


class CustomerTarget(Target, tag="customer", kw_only=True, frozen=True):
    """A person or an organisation."""

    owner: AnyReference | None = None
    partner_account: AnyValue | None = None
    tags: list[AnyValue] | None = None
    contact_points: list[ContactPoint] | None = None
    custom_fields: dict[str, AnyValue] | None = None
    external_references: list[Named] = []
    relationships: list[Relationship] = []
    consents: list[Consent] = []


class InteractionTarget(Target, tag="interaction", kw_only=True, frozen=True):
    """A contact."""

    customer: AnyReference
    author: AnyReference | None = None
    partner_account: AnyValue | None = None
    participants: list[AnyReference] = []


class OpportunityTarget(Target, tag="opportunity", kw_only=True, frozen=True):
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


AnyTarget: TypeAlias = (
    MemberTarget | CustomerTarget | InteractionTarget | OpportunityTarget | PartnerAccountTarget
)


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
    with that key, of the product of ``sum``'s columns, whose decimal mark is ``decimal``.
    """

    key: str
    value: str | None = None
    sum: list[str | Factor] | None = None
    decimal: Literal[",", "."] | None = None


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


def parse_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises ``MappingError`` with the line."""
    try:
        if path.stat().st_size > MAPPING_BYTES_MAX:
            raise MappingError(f"{path}: a mapping has at most {MAPPING_BYTES_MAX} bytes")
        text = path.read_text(encoding="utf-8-sig")
        places = Places(str(path), text)
        document = yaml.safe_load(text)
    except OSError as error:
        raise MappingError(f"{path}: it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise MappingError(f"{path}: it is not UTF-8") from None
    except yaml.YAMLError as error:
        raise MappingError(f"{path}: it is not YAML{_where(error)}") from None
    if places.doubled:
        raise MappingError(f"{places.doubled}: the key stands there twice")
    try:
        mapping = msgspec.convert(document, Mapping)
    except msgspec.ValidationError as error:
        raise MappingError(f"{places.of(str(error))}: {error}") from None
    given = {name: getattr(mapping, name) for name in mapping.__struct_fields__}
    return LocatedMapping(**given, places=places)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""
