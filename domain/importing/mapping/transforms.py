"""The steps of ``transform``. Each takes a text that is not empty; a step that cannot raises
``InvalidInputError`` without the value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from domain.importing.cells.countries import country_code
from domain.importing.cells.days import FormError, form
from domain.importing.cells.family_names import NameForm
from domain.importing.cells.numbers import read_number
from domain.importing.cells.person_names import parted
from domain.importing.mapping.document import MappingError
from domain.values.errors import InvalidInputError

Step = Callable[[Any], Any]
Table = Mapping[str, Any]

LAST = frozenset({"date", "datetime", "decimal"})
"""The steps that give no text, so that none may follow."""


def compile_step(given: str | Mapping[str, Any], path: str, lookups: Mapping[str, Table]) -> Step:
    """The step that a mapping names; raises ``MappingError`` with the path."""
    if isinstance(given, str):
        name, argument = given, None
    elif len(given) == 1:
        name, argument = next(iter(given.items()))
    else:
        raise MappingError(f"{path}: write one step, such as trim or {{date: '%d.%m.%Y'}}")
    plain, made = _PLAIN.get(name), _MADE.get(name)
    if plain is not None and argument is None:
        return plain
    if name == "lookup":
        return _lookup(argument, path, lookups)
    if made is None:
        known = ", ".join(sorted({*_PLAIN, *_MADE, "lookup"}))
        raise MappingError(f"{path}: there is no step {name!r} of this form; there are {known}")
    return made(argument, path)


def _country(value: str) -> str:
    code = country_code(value)
    if code is None:
        raise InvalidInputError("no country has that name")
    return code


def _days(argument: Any, path: str) -> Step:
    return _form(argument, path, is_day=True)


def _datetimes(argument: Any, path: str) -> Step:
    return _form(argument, path, is_day=False)


def _form(argument: Any, path: str, *, is_day: bool) -> Step:
    try:
        return form(_text(argument, path), is_day=is_day)
    except FormError as error:
        raise MappingError(f"{path}: {error}") from None


def _decimal(argument: Any, path: str) -> Step:
    if not isinstance(argument, str) or argument not in {",", "."}:
        raise MappingError(f"{path}: the decimal mark is ',' or '.'")
    return lambda value: read_number(value, argument)


def _map(argument: Any, path: str) -> Step:
    """``otherwise`` stands for what no key matches, which ``else: keep`` leaves as it is; ``*`` in a key
    matches anything.
    """
    pairs = _pairs(argument, path)
    has_default, default = "otherwise" in pairs, pairs.pop("otherwise", None)
    others = pairs.pop("else", None)
    if others not in {None, "keep"} or (others and has_default):
        raise MappingError(f"{path}: write either else: keep, or otherwise with what it becomes")
    patterns = [(_pattern(key), pairs[key]) for key in pairs if "*" in key]

    def step(value: str) -> str | None:
        trimmed = value.strip()
        if trimmed in pairs:
            return pairs[trimmed]
        for pattern, becomes in patterns:
            if pattern.fullmatch(trimmed):
                return becomes
        if others == "keep":
            return trimmed
        if not has_default:
            raise InvalidInputError("the mapping has no pair for it")
        return default

    return step


def _pairs(argument: Any, path: str) -> dict[str, str | None]:
    if not isinstance(argument, Mapping):
        raise MappingError(f"{path}: map needs its pairs, such as {{map: {{yes: CUSTOMER}}}}")
    if any(isinstance(text, bool) for pair in argument.items() for text in pair):
        raise MappingError(f"{path}: put quotes around yes, no, on, off, true and false")
    if None in argument:
        raise MappingError(f"{path}: put quotes around null and ~ where they are keys")
    if any(isinstance(value, Mapping | list) for value in argument.values()):
        raise MappingError(f"{path}: each of its pairs is one text and another")
    return {str(key): None if value is None else str(value) for key, value in argument.items()}


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, key.split("*"))), re.DOTALL)


def _lookup(argument: Any, path: str, lookups: Mapping[str, Table]) -> Step:
    if not isinstance(argument, str) or argument not in lookups:
        raise MappingError(f"{path}: there is no lookup {argument!r}")
    name = argument

    def step(value: str) -> Any:
        found = lookups[name].get(value.strip())
        if isinstance(found, InvalidInputError):
            raise InvalidInputError(found.message)
        return found

    return step


def _name_part(part: str, argument: Any, path: str) -> Step:
    """The part of a name of which the mapping says how it is written."""
    known = {"order", "words"}
    if not isinstance(argument, Mapping) or not argument.keys() <= known:
        raise MappingError(
            f"{path}: it takes order (given_first, family_first) and words, a number"
        )
    order, words = argument.get("order", "given_first"), argument.get("words")
    is_order = isinstance(order, str) and order in {"given_first", "family_first"}
    if not is_order or not (words is None or type(words) is int):
        raise MappingError(f"{path}: order is given_first or family_first, words a number")
    if words is not None and words < 1:
        raise MappingError(f"{path}: a family's name has one word at least")
    form = NameForm(family_first=order == "family_first", family_words=words)
    return lambda value: getattr(parted(value, form), part)


def _text(argument: Any, path: str) -> str:
    if not isinstance(argument, str):
        raise MappingError(f"{path}: it needs a form such as '%Y-%m-%d'")
    return argument


_PLAIN: Mapping[str, Step] = {
    "trim": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "country": _country,
    "decimal": read_number,
    "given_name": lambda value: parted(value).given,
    "family_name": lambda value: parted(value).family,
    "name_title": lambda value: parted(value).title,
    "name_suffix": lambda value: parted(value).suffix,
    "nickname": lambda value: parted(value).nickname,
}

_MADE: Mapping[str, Callable[[Any, str], Step]] = {
    "given_name": lambda argument, path: _name_part("given", argument, path),
    "family_name": lambda argument, path: _name_part("family", argument, path),
    "date": _days,
    "datetime": _datetimes,
    "decimal": _decimal,
    "map": _map,
}
