"""Entity: the declaration of a record type, from which all else follows (``farley entity show NAME``).

Whatever is not declared here cannot be read. ``tests/architecture`` holds tables, types and policy to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from domain.declaration.field import Field, Values
from domain.declaration.kinds import Erasure, Form, Kind, Lookup
from domain.declaration.names import RECORD, SUBJECT_ID
from domain.declaration.parts import Grant, OrderKey, TimelineEvent, ToMany, ToOne
from domain.declaration.table import table_of
from policy.shapes.row_shape import RowShape

DERIVED = sa.Table("derived", sa.MetaData())
"""The table follows from the declaration."""


@dataclass(frozen=True, eq=False)
class Entity:
    """A kind of record that can be read: its table, its fields, its edges, and what the schema says of it.

    ``subject`` is the column that holds whose data this is (the data subject's id): ``SUBJECT_ID`` where it
    may be nobody's. ``stable`` names the table in ciphertexts and never changes. ``of`` is the reference to
    the customer whose record rules take it for; of a customer, ``id``. ``shareable`` records may be shared
    one by one. ``relations`` are the edges that no reference field stands for, ``views`` the parts that are
    worked out from other records (``domain.reading.views.views``), and ``record_types`` the entities that
    ``record`` may lead to.
    ``says`` describes a record, ``lists`` the list at the root; without it there is none. ``plural`` is the
    name of many, ``called`` how sentences call them where that is not the name; ``found_by`` are the texts
    by which search finds a record, in words, and ``named_by`` is the field by which files name one that
    keeps no external references. Callers make, change, archive and restore what ``is_written``.
    An import takes what is ``importable``, and finds it again by its external references.
    """

    name: str
    type_name: str
    prefix: str
    stable: str
    fields: tuple[Field, ...]
    table: sa.Table = DERIVED
    relations: tuple[ToOne | ToMany, ...] = ()
    subject: str | None = None
    order: tuple[OrderKey, ...] = (OrderKey("created_at", descending=True),)
    views: tuple[str, ...] = ()
    record_types: tuple[str, ...] = ()
    of: str | None = None
    shareable: bool = False
    says: str = ""
    plural: str = ""
    called: str = ""
    lists: str = ""
    erasure: Erasure = Erasure.EMPTIED
    found_by: str = ""
    named_by: str = ""
    timeline: tuple[TimelineEvent, ...] = ()
    grants: tuple[Grant, ...] = ()
    is_written: bool = False
    importable: bool = False
    has_groups: bool = False
    has_totals: bool = False

    def __post_init__(self) -> None:
        if self.table is DERIVED:
            object.__setattr__(self, "table", table_of(self))

    @cached_property
    def edges(self) -> tuple[ToOne | ToMany, ...]:
        """The edges over references, and the other relations."""
        references = (ToOne(field.name, field.target) for field in self.fields if field.target)
        return (*references, *self.relations)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def by_lookup(self) -> Mapping[str, Field]:
        """The fields that can be looked up, by the name under which they are."""
        return {f.looked_up_as: f for f in self.fields if f.lookup is not Lookup.NONE}

    @cached_property
    def edge_by_name(self) -> Mapping[str, ToOne | ToMany]:
        """The edges by name."""
        return {edge.name: edge for edge in self.edges}

    @cached_property
    def sealed(self) -> tuple[Field, ...]:
        """The fields inside the pack."""
        return tuple(field for field in self.fields if field.is_sealed)

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The fields that stay as they were given at first; whose data it is does, for it is sealed so."""
        named = frozenset(field.name for field in self.fields if field.fixed)
        return named if self.of is None else named | {self.of}

    @cached_property
    def detected(self) -> tuple[str, ...]:
        """The names of the texts that are looked through for personal data."""
        return tuple(field.name for field in self.fields if field.detect)

    @cached_property
    def free_texts(self) -> tuple[str, ...]:
        """The names of the sealed texts in which anybody may be spoken of."""
        sealed = (field for field in self.sealed if field.kind is Kind.TEXT)
        return tuple(field.name for field in sealed if not field.category.is_identity)

    @cached_property
    def tagged(self) -> tuple[str, ...]:
        """The names of the lists of words that callers make up."""
        return tuple(f.name for f in self.fields if f.kind is Kind.TAGS and not f.ours)

    @cached_property
    def imported(self) -> tuple[Field, ...]:
        """The fields that an import gives: those of callers, and who made a record elsewhere, and when."""
        return tuple(f for f in self.fields if not f.sources and (f.imported or not f.ours))

    @cached_property
    def grantable(self) -> frozenset[str]:
        """The names that a rule may use: every field that is not made of others."""
        return frozenset(field.name for field in self.fields if not field.sources)

    @property
    def is_attached(self) -> bool:
        """Whether its records hang on others (``fields.on_record``)."""
        return self.is_written and RECORD in self.by_name

    @property
    def may_be_nobodys(self) -> bool:
        """Whether a record may speak of no customer: then it is sealed under a key of its own."""
        return self.subject == SUBJECT_ID

    def own_subject(self, row: Values) -> Values:
        """The column that says whose data a new record is, where no field does."""
        if not self.may_be_nobodys:
            return {}
        return {SUBJECT_ID: row.get(self.shape.customer or "") or row["id"]}

    @property
    def keeps_references(self) -> bool:
        """Whether its records keep their ids in other systems, by which an import finds them again."""
        return any(field.form is Form.EXTERNAL_REFERENCES for field in self.fields)

    @property
    def noun(self) -> str:
        """What sentences call one of its records."""
        return self.name.replace("_", " ")

    @property
    def speaks_of_customers(self) -> bool:
        """Whether the data subject is a customer, whose consent counts, and not one of the staff."""
        return self.subject is not None and self.name != "member"

    def column(self, name: str) -> sa.Column[Any]:
        """The column behind a plain field, a reference field, or ``id``."""
        field = self.by_name.get(name)
        return self.table.c[name if field is None else field.column]

    @cached_property
    def by_column(self) -> Mapping[str, Field]:
        """The fields that are no others' derivates, by what they are called in a row or in a pack."""
        return {field.column: field for field in self.fields if not field.sources}

    def field_at(self, column: str) -> str:
        """The name of the field that a row or a pack has under ``column``; of none, the column's own."""
        field = self.by_column.get(column)
        return column if field is None else field.name

    @cached_property
    def shape(self) -> RowShape:
        """What rules may ask of its records."""
        return RowShape(
            resource=self.name,
            fields=self.grantable,
            prefix=self.prefix,
            customer="id" if self.of == "id" else self._reference(self.of, "customer"),
            department=self._reference("department", "department"),
            owner=self._reference("owner", "member") or self._reference("assignee", "member"),
            author=self._reference("author", "member"),
            partner_account=self._reference("partner_account", "partner_account"),
            stage=self._reference("stage", "stage"),
            direction=self._direction(),
            money=self._money(),
            is_shareable=self.shareable,
        )

    def _reference(self, name: str | None, target: str) -> str | None:
        """The column of the reference of that name, if it leads there: others may be called so too."""
        field = self.by_name.get(name or "")
        return field.column if field is not None and field.target == target else None

    def _direction(self) -> str | None:
        """The column that may say that a record is meant for nobody outside."""
        field = self.by_name.get("direction")
        values = None if field is None else field.values
        return "direction" if values is not None and "INTERNAL" in values.__members__ else None

    def _money(self) -> tuple[str, str] | None:
        """The columns of an amount and of its currency, if both stand in the clear."""
        wanted = {"amount": Kind.DECIMAL, "currency": Kind.TEXT}
        plain = {f.name: f.kind for f in self.fields if f.name in wanted and not f.is_sealed}
        return ("amount", "currency") if plain == wanted else None
