"""Field of a declaration: its type, its privacy label, whether it is sealed, how it is looked up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.declaration.kinds import Form, Kind, Lookup, Manner
from domain.values.choice import Choice
from privacy.labels import Category

Values = Mapping[str, Any]

DEFAULT = object()
"""What is usual for a field of that label."""

STAYS = object()
"""What it is: it says nothing of anybody once nobody can be found behind it."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a resource.

    ``pack`` is the stable number of a sealed field inside the row's pack. ``derive`` makes a field of
    the values of its ``sources``, which it takes in their order; it is then as visible as those are. With
    ``derives_by_id`` it takes the record's id before them.
    """

    name: str
    kind: Kind
    category: Category
    lookup: Lookup = Lookup.NONE
    pack: int | None = None
    sources: tuple[str, ...] = ()
    derive: Callable[..., Any] | None = None
    derives_by_id: bool = False
    target: str = ""
    """The entity that a reference leads to."""
    required: bool = False
    """Whether a record does not go without it."""
    max: int | None = None
    """The greatest length of a text, in characters."""
    default: Any = None
    """The value of a new record where nobody gives one."""
    values: type[Choice] | None = None
    """The members of an enumeration."""
    form: Form | None = None
    """The form of a JSON value; without one it is shown as a part of another field only."""
    erased: Any = DEFAULT
    """What an erasure leaves in a plain field (GDPR Art. 17); else nothing of what tells where or who
    somebody is, and all of what only tells that something happened.
    """
    detect: bool = False
    """Whether personal data is looked for in its text, and kept under ``findings``."""
    find: Manner | None = None
    """In what manner search finds its words; without one, it does not."""
    ours: bool = False
    """Whether Farley keeps it, and no caller gives it."""
    imported: bool = False
    """Whether an import gives it all the same: who made a record elsewhere, and when."""
    fixed: bool = False
    """Whether it stays as it was given at first."""
    says: str = ""
    """Description in the schema, and of the data map."""
    asked: str = ""
    """The same in inputs, where they say something else."""
    by: str = ""
    """What a filter or an order goes by, in words: "By ..."; the field's name where nothing is said."""
    ordered_by: str = ""
    """The same for orders, where they say something else."""

    @property
    def is_sealed(self) -> bool:
        """Whether the value stands in the row's sealed pack."""
        return self.pack is not None

    @property
    def has_order(self) -> bool:
        """Whether callers may order by it: numbers and times, and text that may be looked up."""
        is_text = self.kind is Kind.TEXT and self.lookup in {Lookup.EQUAL, Lookup.WORDS}
        return is_text or self.lookup is Lookup.RANGE

    @property
    def noun(self) -> str:
        """What sentences call it."""
        return self.name.replace("_", " ")

    @property
    def must_be_given(self) -> bool:
        """Whether whoever makes a record says it, unless it has a default."""
        return self.required and not self.ours

    @property
    def is_prose(self) -> bool:
        """Whether what nobody sees in it may be meant, such as direction marks and soft hyphens."""
        return self.detect and self.find is Manner.BODY

    @property
    def looked_up_as(self) -> str:
        """The name by which callers look it up: of a sealed list, that of one of its members."""
        return self.name.removesuffix("s") if self.lookup is Lookup.BLIND else self.name

    @property
    def column(self) -> str:
        """The column of a plain field, which of a reference holds an id."""
        return f"{self.name}_id" if self.kind is Kind.REFERENCE else self.name
