"""Mapping file, read strictly: an unknown key is an error, which names the line and what may be meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import msgspec

from domain.declaration.registry import Registry
from domain.importing.mapping import document as m
from domain.importing.mapping.declared_targets import known_targets
from domain.importing.mapping.source_positions import Places
from domain.importing.mapping.yaml_text import YamlError, read_yaml

MAPPING_BYTES_MAX = 1_000_000


def parse_mapping(path: Path, registry: Registry) -> m.Mapping:
    """Read a mapping file with the targets of these entities; raises ``MappingError`` with the line."""
    try:
        root, document = read_yaml(_text(path))
    except YamlError as error:
        place = f"{path}:{error.line}:{error.column}" if error.line else f"{path}"
        where = f" (line {error.line}, column {error.column})" if error.line else ""
        raise m.MappingError(f"{place}: it is not YAML{where}: {error.reason}") from None
    places, targets = Places(str(path), root), known_targets(registry).values()
    if places.doubled:
        raise m.MappingError(f"{places.doubled}: the key stands there twice")
    try:
        mapping = msgspec.convert(document, _document(targets))
    except msgspec.ValidationError as error:
        said = _exact(str(error), document)
        raise m.MappingError(f"{places.of(said)}: {said}{_meant(said, targets)}") from None
    given = {name: getattr(mapping, name) for name in mapping.__struct_fields__}
    return m.LocatedMapping(**given, places=places)


def _document(targets: Iterable[type[msgspec.Struct]]) -> type[msgspec.Struct]:
    """The type of a document whose files have these targets."""
    records = list.__class_getitem__(reduce(or_, targets))
    source = msgspec.defstruct(
        "Source", [("records", records)], bases=(m.Source,), frozen=True, kw_only=True
    )
    files = list.__class_getitem__(source)
    return msgspec.defstruct("Mapping", [("files", files)], bases=(m.Mapping,), frozen=True)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAPPING_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise m.MappingError(f"{path}: it cannot be read ({why})") from None
    if len(data) > MAPPING_BYTES_MAX:
        raise m.MappingError(f"{path}: a mapping has at most {MAPPING_BYTES_MAX} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise m.MappingError(f"{path}:{line}:1: it is not UTF-8: save it as UTF-8") from None


_SOME = re.compile(r"(?:^|`)\$((?:\.\w+|\[\d+\])*)\[\.\.\.\]")


def _exact(error: str, document: Any) -> str:
    """The error with the name of the entry where msgspec writes ``[...]`` for one of a map."""
    while (found := _SOME.search(error)) is not None:
        node = document
        for step in re.findall(r"\w+", found[1]):
            node = node[int(step)] if isinstance(node, list) else node[step]
        type_ = m.Lookup if found[1] == ".lookups" else m.AnyValue
        name = next((key for key, value in node.items() if not _is_a(value, type_)), None)
        if not isinstance(name, str):
            return error
        before, after = error[: found.end() - len("[...]")], error[found.end() :]
        error = f"{before}.{name}{after}"
    return error


_STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(m.Mapping, m.Source, m.Lookup, m.Value, m.Named),
    *(m.Factor, m.ContactPoint, m.Relationship, m.Consent),
)


def _is_a(value: object, type_: Any) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True


def _meant(error: str, targets: Iterable[type[msgspec.Struct]]) -> str:
    """The key that an unknown one may have been."""
    unknown = re.search("unknown field `([^`]+)`", error)
    known = {name for one in (*_STRUCTS, *targets) for name in one.__struct_fields__}
    near = get_close_matches(unknown[1], known - {unknown[1]}, 1, 0.7) if unknown else ()
    return f"; did you mean `{near[0]}`?" if near else ""
