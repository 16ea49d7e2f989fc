"""A run before it begins: the mapping brought together with the files, everything checked."""

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from domain.importing.mapping import document as m
from domain.importing.mapping.lookups import check_lookup, load_lookup, lookup_columns
from domain.importing.mapping.targets import RecordMaker, compile_target
from domain.importing.mapping.transforms import Table
from domain.importing.source.csv_source import CsvSource, UnreadableFileError


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file and what each of its rows becomes."""

    source: CsvSource
    makers: tuple[RecordMaker, ...]


def plan_import(mapping: m.Mapping, paths: Sequence[Path]) -> list[FilePlan]:
    """The files in the mapping's order.

    Raises ``MappingError`` and ``UnreadableFileError`` before anything is written.
    """
    files = _by_name(mapping, paths)
    tables: dict[str, dict[str, Any]] = {name: {} for name in mapping.lookups}
    plans = []
    for source, makers in _compiled(mapping, tables):
        if source.file in files:
            columns = frozenset[str]().union(*(maker.columns for maker in makers))
            plans.append(FilePlan(_checked(source, files[source.file], columns), makers))
    needed = {name for plan in plans for maker in plan.makers for name in maker.lookups}
    for name in sorted(needed):
        tables[name].update(_loaded(name, mapping.lookups[name], files))
    return plans


def _compiled(
    mapping: m.Mapping, tables: Mapping[str, Table]
) -> list[tuple[m.Source, tuple[RecordMaker, ...]]]:
    """All files of the mapping, whether they are given or not, so that every mistake is found."""
    zone = _zone(mapping.time_zone)
    for name, lookup in mapping.lookups.items():
        check_lookup(name, lookup)
    return [
        (
            source,
            tuple(
                compile_target(target, f"$.files[{i}].records[{j}]", mapping.system, zone, tables)
                for j, target in enumerate(source.records)
            ),
        )
        for i, source in enumerate(mapping.files)
    ]


def _loaded(name: str, lookup: m.Lookup, files: Mapping[str, Path]) -> dict[str, Any]:
    if lookup.file not in files:
        raise m.MappingError(f"{lookup.file} is needed too, for the lookup {name}: give it")
    path = files[lookup.file]
    _checked(lookup, path, lookup_columns(lookup))
    return load_lookup(lookup, path)


def _by_name(mapping: m.Mapping, paths: Sequence[Path]) -> dict[str, Path]:
    known = {source.file for source in mapping.files} | {x.file for x in mapping.lookups.values()}
    files: dict[str, Path] = {}
    for path in paths:
        if path.name not in known:
            raise m.MappingError(f"the mapping says nothing of {path.name}: add it under files")
        if path.name in files:
            raise m.MappingError(f"{path.name} is given twice")
        files[path.name] = path
    return files


def _zone(name: str) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise m.MappingError(f"$.time_zone: there is no time zone {name!r}") from None


def _checked(given: m.Format, path: Path, columns: Iterable[str]) -> CsvSource:
    source = CsvSource(path, encoding=given.encoding, delimiter=given.delimiter)
    missing = sorted(set(columns) - set(source.header()))
    if missing:
        raise UnreadableFileError(
            f"{path} lacks the columns that the mapping names: {', '.join(missing)}"
        )
    return source
