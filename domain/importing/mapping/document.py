"""Mapping file: which column goes where. Parsed strictly: an unknown key is an error.

A value is a column's name, or one of ``column``, ``constant``, ``template`` (``"{a} {b}"``) and
``join`` (the values that are not empty), followed by the steps of ``transform``.
"""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from domain.importing.mapping.places import Places
from domain.importing.mapping.yaml_text import YamlError, read_yaml

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
    """An interaction."""

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


def parse_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises ``MappingError`` with the line."""
    try:
        root, document = read_yaml(_text(path))
    except YamlError as error:
        place = f"{path}:{error.line}:{error.column}" if error.line else f"{path}"
        where = f" (line {error.line}, column {error.column})" if error.line else ""
        raise MappingError(f"{place}: it is not YAML{where}: {error.reason}") from None
    places = Places(str(path), root)
    if places.doubled:
        raise MappingError(f"{places.doubled}: the key stands there twice")
    try:
        mapping = msgspec.convert(document, Mapping)
    except msgspec.ValidationError as error:
        said = _exact(str(error), document)
        raise MappingError(f"{places.of(said)}: {said}{_meant(said)}") from None
    given = {name: getattr(mapping, name) for name in mapping.__struct_fields__}
    return LocatedMapping(**given, places=places)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAPPING_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise MappingError(f"{path}: it cannot be read ({why})") from None
    if len(data) > MAPPING_BYTES_MAX:
        raise MappingError(f"{path}: a mapping has at most {MAPPING_BYTES_MAX} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MappingError(f"{path}:{line}:1: it is not UTF-8: save it as UTF-8") from None


_SOME = re.compile(r"(?:^|`)\$((?:\.\w+|\[\d+\])*)\[\.\.\.\]")


def _exact(error: str, document: Any) -> str:
    """The error with the name of the entry where msgspec writes ``[...]`` for one of a map."""
    while (found := _SOME.search(error)) is not None:
        node = document
        for step in re.findall(r"\w+", found[1]):
            node = node[int(step)] if isinstance(node, list) else node[step]
        type_ = Lookup if found[1] == ".lookups" else AnyValue
        name = next((key for key, value in node.items() if not _is_a(value, type_)), None)
        if not isinstance(name, str):
            return error
        before, after = error[: found.end() - len("[...]")], error[found.end() :]
        error = f"{before}.{name}{after}"
    return error


def _is_a(value: Any, type_: Any) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True


def _meant(error: str) -> str:
    """The key that an unknown one may have been."""
    unknown = re.search("unknown field `([^`]+)`", error)
    structs = (Mapping, Source, Lookup, Value, Named, Factor, ContactPoint, Relationship, Consent)
    known = {name for one in (*structs, *get_args(AnyTarget)) for name in one.__struct_fields__}
    near = get_close_matches(unknown[1], known - {unknown[1]}, 1, 0.7) if unknown else ()
    return f"; did you mean `{near[0]}`?" if near else ""
