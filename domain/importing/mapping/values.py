"""Mapping values, compiled to what they read from a row."""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.importing.mapping.document import AnyValue, MappingError, Value
from domain.importing.mapping.transforms import LAST, Step, Table, compile_step
from domain.importing.source.columns import column_name
from domain.values.errors import InvalidInputError
from privacy.spellings.plain_text import shown

Row = Mapping[str, str]
Blanks = frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one value from a row, ``None`` where it is empty; ``columns`` and ``lookups`` are those it
    needs.
    """

    columns: frozenset[str]
    read: Callable[[Row], Any]
    lookups: frozenset[str] = frozenset()


def compile_value(
    given: AnyValue, path: str, lookups: Mapping[str, Table], blank: Blanks = frozenset()
) -> Reader:
    """The reader of a value, to which ``blank`` cells are empty; raises ``MappingError`` with the path."""
    value = Value(column=given) if isinstance(given, str) else given
    if value.blank is not None:
        blank = blanks(value.blank)
    source = _source(value, path, lookups, blank)
    if not value.transform:
        return source
    for i, step in enumerate(value.transform[:-1]):
        if (made := step if isinstance(step, str) else next(iter(step), "")) in LAST:
            raise MappingError(
                f"{path}.transform[{i}]: {made} gives no text: it must be the last step"
            )
    steps = [
        compile_step(step, f"{path}.transform[{i}]", lookups)
        for i, step in enumerate(value.transform)
    ]
    used = {str(s["lookup"]) for s in value.transform if isinstance(s, Mapping) and "lookup" in s}
    return Reader(source.columns, _chain(source.read, steps), source.lookups | used)


def _chain(read: Callable[[Row], Any], steps: Sequence[Step]) -> Callable[[Row], Any]:
    def chained(row: Row) -> Any:
        value = read(row)
        for step in steps:
            if value is None or value == "":
                return None
            if not isinstance(value, str):
                raise InvalidInputError("a step that takes text follows a sum")
            value = step(value)
        return None if value == "" else value

    return chained


def blanks(given: Sequence[str | float | None]) -> Blanks:
    """What counts as empty, folded; YAML reads a bare NULL or ~ as nothing."""
    return frozenset(
        text.strip().casefold()
        for one in given
        for text in (("null", "~") if one is None else (str(one),))
    )


def _source(value: Value, path: str, lookups: Mapping[str, Table], blank: Blanks) -> Reader:
    given = [name for name in ("column", "constant", "template", "join") if _has(value, name)]
    if len(given) != 1:
        raise MappingError(f"{path}: give one of column, constant, template and join")
    if value.column is not None:
        column = column_name(value.column)
        if not column:
            raise MappingError(f"{path}: name a column")
        return Reader(frozenset({column}), _column(column, blank))
    if value.template is not None:
        return _template(value.template, path, blank)
    if value.join is not None:
        return _join(value.join, value.separator, path, lookups, blank)
    constant = str(value.constant)
    if isinstance(value.constant, bool):
        constant = constant.lower()
    return Reader(frozenset(), lambda _: constant)


def _column(column: str, blank: Blanks) -> Callable[[Row], str | None]:
    if not blank:
        return lambda row: _filled(row[column])

    def read(row: Row) -> str | None:
        text = _filled(row[column])
        return None if text is None or text.casefold() in blank else text

    return read


def _filled(cell: str) -> str | None:
    """What a cell holds; one in which nobody sees anything is empty."""
    text = cell.strip()
    return text if text and shown(text) else None


def _has(value: Value, name: str) -> bool:
    return getattr(value, name) is not None


def _template(template: str, path: str, blank: Blanks) -> Reader:
    """Nothing where every column is empty."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        parsed = []
    if not parsed or any(spec or conversion or name == "" for _, name, spec, conversion in parsed):
        raise MappingError(f"{path}.template: write columns as {{name}}")
    columns = [column_name(name) for _, name, _, _ in parsed if name is not None]
    readers = [_column(name, blank) for name in columns]

    def read(row: Row) -> str | None:
        texts = [reader(row) or "" for reader in readers]
        if not any(texts):
            return None
        filled = iter(texts)
        return "".join(text + (next(filled) if name else "") for text, name, _, _ in parsed).strip()

    return Reader(frozenset(columns), read)


def _join(
    parts: Sequence[AnyValue],
    separator: str,
    path: str,
    lookups: Mapping[str, Table],
    blank: Blanks,
) -> Reader:
    readers = [
        compile_value(part, f"{path}.join[{i}]", lookups, blank) for i, part in enumerate(parts)
    ]

    def read(row: Row) -> str | None:
        texts = [str(text) for reader in readers if (text := reader.read(row)) is not None]
        return separator.join(texts) or None

    return Reader(
        frozenset[str]().union(*(reader.columns for reader in readers)),
        read,
        frozenset[str]().union(*(reader.lookups for reader in readers)),
    )
