"""All entries: each module in ``entries`` lists its own, so that a custom one is one file more."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from policy.conditions import entries
from policy.shapes.condition import Condition


def _entries() -> Iterator[Condition]:
    for found in sorted(module.name for module in iter_modules(entries.__path__)):
        yield from import_module(f"{entries.__name__}.{found}").ENTRIES


def _by_name() -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for condition in _entries():
        if condition.name in found:
            message = f"two conditions are called {condition.name}"
            raise RuntimeError(message)
        found[condition.name] = condition
    return found


CONDITIONS: Mapping[str, Condition] = MappingProxyType(_by_name())
