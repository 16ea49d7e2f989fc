"""Registry of entities: those in use, by name, by GraphQL type and by the prefix of their ids.

It is passed to whatever works on any entity: those of a tenant may be others than those of the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from domain.declaration.checking import checked
from domain.declaration.entity import Entity
from policy.rules import POLICY
from policy.shapes.row_shape import RowShape


@dataclass(frozen=True, eq=False, repr=False)
class Registry:
    """Entities that go together, in the order of the schema; raises ``InvalidEntityError``.

    ``beside`` are sealed records that nobody reads: no type, no rule, and no id of theirs finds a record.
    """

    all: tuple[Entity, ...]
    beside: tuple[Entity, ...] = ()

    def __post_init__(self) -> None:
        checked(self.all)

    @cached_property
    def by_name(self) -> Mapping[str, Entity]:
        """The entities by name."""
        return MappingProxyType({entity.name: entity for entity in self.all})

    @cached_property
    def by_type_name(self) -> Mapping[str, Entity]:
        """The entities by the GraphQL type that they stand behind."""
        return MappingProxyType({entity.type_name: entity for entity in self.all})

    @cached_property
    def by_prefix(self) -> Mapping[str, Entity]:
        """The entities by the prefix of their ids."""
        return MappingProxyType({entity.prefix: entity for entity in self.all})

    @cached_property
    def sealed(self) -> tuple[Entity, ...]:
        """The entities whose records have something sealed of a person, those beside as well."""
        return tuple(one for one in (*self.all, *self.beside) if one.subject and one.sealed)

    @cached_property
    def shapes(self) -> Mapping[str, RowShape]:
        """What a rule may name, by resource; of the policy itself no field."""
        shapes = {entity.name: entity.shape for entity in self.all}
        return MappingProxyType({**shapes, POLICY: RowShape(resource=POLICY)})
