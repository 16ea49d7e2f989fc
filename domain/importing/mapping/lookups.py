"""Dictionaries made of files: the value of a key's row, or the exact sum over a key's rows."""

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, Inexact, localcontext
from typing import Any

from domain.importing.cells.numbers import Computed, decimal, exact
from domain.importing.mapping.document import Factor, Lookup, MappingError
from domain.importing.mapping.values import Row
from domain.importing.source.columns import column_name
from domain.importing.source.csv_source import BadRecord, CsvSource
from domain.importing.source.refusal import UnreadableFileError
from domain.values.errors import InvalidInputError
from privacy.invisible import without_invisible

PRECISION = 60
_ROUNDED: Mapping[str | None, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}


def check_lookup(name: str, lookup: Lookup) -> None:
    """Raise ``MappingError`` for a lookup that has not exactly one result."""
    if (lookup.value is None) is (lookup.sum is None) or lookup.sum == []:
        raise MappingError(f"$.lookups.{name}: give value or sum")
    if lookup.round is not None and lookup.sum is None:
        raise MappingError(f"$.lookups.{name}.round: only a sum is rounded")


def lookup_columns(lookup: Lookup) -> frozenset[str]:
    """The columns that a lookup needs."""
    factors = [f.one_minus if isinstance(f, Factor) else f for f in lookup.sum or ()]
    names = (lookup.key, *factors, *((lookup.value,) if lookup.value else ()))
    return frozenset(map(column_name, names))


def load_lookup(lookup: Lookup, source: CsvSource) -> dict[str, Any]:
    """The whole dictionary. A key with a bad number gets the error as its value.

    Raises ``UnreadableFileError`` for a record without cells: nobody knows whose it is.
    """
    found: dict[str, Any] = {}
    add, column = _adder(lookup, found), column_name(lookup.key)
    needed = lookup_columns(lookup)
    with localcontext() as context:
        context.prec = PRECISION
        context.traps[Inexact] = True
        for record in source.records():
            if isinstance(record, BadRecord):
                raise UnreadableFileError(
                    f"{source.path}, line {record.line}: {record.reason}, so nothing can be summed up by it"
                )
            cells = {name: without_invisible(record.cells[name]) for name in needed}
            add(cells[column].strip(), cells)
        rounding = _ROUNDED.get(lookup.round)
        return {key: _finished(value, rounding) for key, value in found.items()}


def _adder(lookup: Lookup, found: dict[str, Any]) -> Callable[[str, Row], None]:
    if lookup.value is not None:
        column = column_name(lookup.value)
        return lambda key, row: found.__setitem__(key, row[column].strip() or None)
    factors = lookup.sum or []

    def add(key: str, row: Row) -> None:
        earlier = found.get(key, Decimal(0))
        if isinstance(earlier, Decimal):
            found[key] = _plus(earlier, factors, row, lookup.decimal)

    return add


def _plus(
    earlier: Decimal, factors: list[str | Factor], row: Mapping[str, str], mark: str | None
) -> Decimal | InvalidInputError:
    product = Decimal(1)
    try:
        for factor in factors:
            if isinstance(factor, Factor):
                product *= 1 - decimal(row[column_name(factor.one_minus)], mark, percent=True)
            else:
                product *= decimal(row[column_name(factor)], mark, percent=True)
        return earlier + product
    except (InvalidInputError, Inexact):
        return InvalidInputError("a row that is summed up here holds no usable number")


def _finished(value: Any, rounding: str | None) -> Any:
    return Computed(exact(value), rounding) if isinstance(value, Decimal) else value
