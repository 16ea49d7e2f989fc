"""Bind parameters: the values of a plan, apart from it, so that a plan is built once for all requests that
differ in leaf values only.

While a plan is built, the leaves of the variables (text, numbers, dates, ids) are not there: a ``Given``
stands in for each, and the bind parameters remember where it is found. What may decide a plan is kept as it
is: which members are there, nulls, booleans and the members of enumerations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Convert = Callable[[Any], Any]
Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A leaf of the variables, by the path that leads to it."""

    path: tuple[str | int, ...]

    def of(self, variables: Variables) -> Any:
        """Its value in a request."""
        value: Any = variables
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class BindParameter:
    """A value of a plan, or where it is found; ``convert`` checks it and makes it fit."""

    value: Any
    convert: Convert | None = None

    def of(self, variables: Variables) -> Any:
        """The value in a request; raises what ``convert`` raises."""
        value = _filled(self.value, variables)
        return value if self.convert is None else self.convert(value)


def bound(binds: Sequence[BindParameter], variables: Variables) -> list[Any]:
    """The values of all bind parameters in a request."""
    return [bind.of(variables) for bind in binds]


def shape(value: Any) -> Any:
    """What of a value may decide a plan; hashable, and equal where plans are equal."""
    if value is None or isinstance(value, bool | Enum):
        return value
    if isinstance(value, dict):
        return tuple((key, shape(member)) for key, member in value.items())
    if isinstance(value, list) and not _is_leaf(value):
        return tuple(map(shape, value))
    return Given


def stand_ins(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    """The value with a ``Given`` for everything that ``shape`` leaves out."""
    if value is None or isinstance(value, bool | Enum):
        return value
    if isinstance(value, dict):
        return {key: stand_ins(member, (*path, key)) for key, member in value.items()}
    if isinstance(value, list) and not _is_leaf(value):
        return [stand_ins(member, (*path, number)) for number, member in enumerate(value)]
    return Given(path)


def _is_leaf(values: list[Any]) -> bool:
    """A list of texts or numbers is one value, however long; an empty one may be of anything."""
    return bool(values) and not any(isinstance(value, dict | list | Enum) for value in values)


def _filled(value: Any, variables: Variables) -> Any:
    if isinstance(value, Given):
        return value.of(variables)
    if isinstance(value, list):
        return [_filled(member, variables) for member in value]
    if isinstance(value, dict):
        return {key: _filled(member, variables) for key, member in value.items()}
    return value
