"""Import plan: the mapping brought together with the files, everything checked before a run begins."""

import zoneinfo
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from domain.importing.mapping import document as m
from domain.importing.mapping.lookups import check_lookup, load_lookup, lookup_columns
from domain.importing.mapping.targets import RecordMaker, compile_target
from domain.importing.mapping.transforms import Table
from domain.importing.mapping.values import blanks
from domain.importing.source.columns import alike
from domain.importing.source.csv_source import CsvSource
from domain.importing.source.dialect import DELIMITERS
from domain.importing.source.file_opening import is_there
from domain.importing.source.refusal import UnreadableFileError


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file and what each of its rows becomes."""

    source: CsvSource
    makers: tuple[RecordMaker, ...]


def plan_import(mapping: m.Mapping, paths: Sequence[Path]) -> list[FilePlan]:
    """The files in the mapping's order.

    Raises ``MappingError`` and ``UnreadableFileError`` before anything is written.
    """
    try:
        return _planned(mapping, paths)
    except m.MappingError as error:
        if isinstance(mapping, m.LocatedMapping) and str(error).startswith("$"):
            raise m.MappingError(f"{mapping.places.of(str(error))}: {error}") from None
        raise


def _planned(mapping: m.Mapping, paths: Sequence[Path]) -> list[FilePlan]:
    for i in range(len(mapping.files)):
        _check_name(mapping, i)
    files = _by_name(mapping, paths)
    tables: dict[str, dict[str, Any]] = {name: {} for name in mapping.lookups}
    given = [one for one in _compiled(mapping, tables) if one[0].file in files]
    needed = {name for _, makers in given for maker in makers for name in maker.lookups}
    _require_lookups(mapping, needed, files)
    plans = []
    for source, makers in given:
        columns = frozenset[str]().union(*(maker.columns for maker in makers))
        checked = _checked(source, files[source.file], columns, mapping)
        plans.append(FilePlan(checked, makers))
    for name in sorted(needed):
        lookup = mapping.lookups[name]
        path, columns = files[lookup.file], lookup_columns(lookup)
        tables[name].update(load_lookup(lookup, _checked(lookup, path, columns, mapping)))
    return plans


def _compiled(
    mapping: m.Mapping, tables: Mapping[str, Table]
) -> list[tuple[m.Source, tuple[RecordMaker, ...]]]:
    """All files of the mapping, whether they are given or not, so that every mistake is found."""
    zone = _zone(mapping.time_zone)
    for name, lookup in mapping.lookups.items():
        check_lookup(name, lookup)
        _check_delimiter(lookup, f"$.lookups.{name}")
    for i, source in enumerate(mapping.files):
        _check_delimiter(source, f"$.files[{i}]")
    return [
        (
            source,
            tuple(
                compile_target(
                    target,
                    f"$.files[{i}].records[{j}]",
                    mapping.system,
                    zone,
                    tables,
                    blanks(source.blank),
                )
                for j, target in enumerate(source.records)
            ),
        )
        for i, source in enumerate(mapping.files)
    ]


def _check_name(mapping: m.Mapping, place: int) -> None:
    names = [source.file for source in mapping.files]
    if Path(names[place]).name != names[place]:
        raise m.MappingError(f"$.files[{place}].file: write the name alone, without a directory")
    if names[place] in names[:place]:
        raise m.MappingError(
            f"$.files[{place}].file: it stands there twice: put its records together"
        )


def _check_delimiter(given: m.Format, path: str) -> None:
    if given.delimiter is not None and (len(given.delimiter) != 1 or given.delimiter in '\r\n" '):
        raise m.MappingError(f"{path}.delimiter: it is one character, such as ';' or \"\\t\"")


def _require_lookups(mapping: m.Mapping, names: Iterable[str], files: Mapping[str, Path]) -> None:
    """Raise ``MappingError`` for files that are not given or not there, before any is read."""
    for name in sorted(names):
        if mapping.lookups[name].file not in files:
            file = mapping.lookups[name].file
            raise m.MappingError(f"{file} is needed too, for the lookup {name}: give it")
    if gone := [str(path) for path in files.values() if not is_there(path)]:
        raise UnreadableFileError(f"{', '.join(gone)} cannot be read: check the path")


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
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # Such as a directory of zones.
        raise m.MappingError(f"$.time_zone: there is no time zone {name!r}") from None


def _checked(given: m.Format, path: Path, columns: Iterable[str], mapping: m.Mapping) -> CsvSource:
    source = CsvSource(
        path, encoding=given.encoding, delimiter=given.delimiter, garbled=given.garbled
    )
    named = set(columns)
    better = _better_parted(source, named)
    if given.delimiter is None and better is not None:
        source, better = better, None
    header = Counter(source.header())
    if missing := sorted(named - set(header)):
        raise UnreadableFileError(
            f"{path} lacks the columns that the mapping names: "
            + ", ".join(_told(name, source.header(), mapping) for name in missing)
            + (_hint(better, missing) if better is not None else "")
        )
    if doubled := sorted(name for name in named if header[name] > 1):
        raise UnreadableFileError(
            f"{path} names a column twice that the mapping uses: "
            + ", ".join(_told(name, (), mapping) for name in doubled)
            + ": rename one"
        )
    return source


def _told(name: str, header: tuple[str, ...], mapping: m.Mapping) -> str:
    """A column that the mapping names, with the place there, and the one that may be meant."""
    meant = alike(name, header)
    notes = [mapping.places.naming(name)] if isinstance(mapping, m.LocatedMapping) else []
    notes += [f"the file has `{meant}`"] if meant is not None else []
    return f"{name} ({', '.join(notes)})" if notes else name


def _better_parted(source: CsvSource, named: set[str]) -> CsvSource | None:
    """With the delimiter under which the header has more of the columns, if there is one."""
    most, better = len(named & set(source.header())), None
    for delimiter in DELIMITERS if most < len(named) else ():
        other = source.parted_by(delimiter)
        try:
            count = len(named & set(other.header()))
        except UnreadableFileError:
            continue  # Parted so, its quotes are wrong.
        if count > most:
            most, better = count, other
    return better


def _hint(better: CsvSource, missing: Sequence[str]) -> str:
    """For a delimiter that the mapping states."""
    has = "them" if set(missing) <= set(better.header()) else "more of them"
    delimiter = better.dialect.delimiter
    return f" (parted by {delimiter!r} it has {has}: leave `delimiter` out of the mapping)"
