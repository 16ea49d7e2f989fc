"""Access log of one request: what it opened, for the single audit entry that it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.declaration.entity import Entity


@dataclass(slots=True)
class AccessLog:
    """Collects the fields and the people of everything that a request opened."""

    fields: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def opened(self, resource: Entity, names: Iterable[str], subjects: Iterable[str]) -> None:
        """Note that these sealed fields of these people were opened."""
        people = set(subjects)
        if people:
            self.subjects |= people
            self.fields.update(f"{resource.name}.{name}" for name in names)

    def __bool__(self) -> bool:
        return bool(self.subjects)
