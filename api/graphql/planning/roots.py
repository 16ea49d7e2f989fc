"""Roots that read records: the lists and groups of entities, by the names of the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.declaration.registry import Registry
from privacy import caches


@dataclass(frozen=True, slots=True)
class Roots:
    """The entities behind the lists at the root, and those whose records are grouped there."""

    lists: Mapping[str, Entity]
    groups: Mapping[str, Entity]

    def __contains__(self, name: str) -> bool:
        return name in self.lists or name in self.groups


@lru_cache(maxsize=caches.REGISTRIES)
def roots_of(registry: Registry) -> Roots:
    """The roots of these entities."""
    return Roots(
        {camel(one.plural): one for one in registry.all if one.lists},
        {camel(f"{one.name}_groups"): one for one in registry.all if one.has_groups},
    )
