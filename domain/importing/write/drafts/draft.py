"""Draft: a record on its way into the tables."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import ARRAY

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.erasure.mentions.spotting.spans import still_marked
from domain.importing.records.records import CustomerRecord, Record, Reference
from domain.validation.masked import is_mask_of, refused
from domain.validation.values import references
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.values.refusals import erased
from domain.writing.records import Stored, damaged
from domain.writing.unit_of_work import Stores
from privacy.purposes import Purpose

UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"


@dataclass(slots=True, eq=False)
class Draft:
    """What a record gives, by plain column and by sealed field; then what its row will be.

    ``links`` are the records of its own kind that it names: they may stand in the same batch.
    ``others`` are the customers who took part in an interaction, ``history`` the stages that an
    opportunity went through. What was ``left`` out of the record stays as it is stored.
    """

    position: int
    record: Record
    reference: Reference
    row: dict[str, Any]
    sealed: dict[str, Any]
    links: tuple[tuple[str, Reference], ...] = ()
    id: str = ""
    stored: Stored | None = None
    changed: frozenset[str] = field(default=frozenset())
    others: tuple[str, ...] = ()
    history: tuple[tuple[str, datetime], ...] = ()
    left: frozenset[str] = frozenset()
    purpose: Purpose | None = None
    """For which it is taken in, where that decides what its sender does not see."""

    @property
    def before(self) -> Values | None:
        """The row as it stands in the database."""
        return None if self.stored is None else self.stored.row

    @property
    def is_to_be_written(self) -> bool:
        """Whether the row is new or differs from what is there."""
        return self.stored is None or bool(self.changed)

    def leave_closed(self, stored: Stored) -> None:
        """What is sealed of the record that is there was not opened: it stays as it is; what is said of
        consents counts.

        Raises ``DamagedError`` or ``ConflictError`` where anything else is given.
        """
        record = self.record
        says_more = not isinstance(record, CustomerRecord) or record.values or record.relationships
        if says_more:
            if stored.is_closed:
                raise damaged(stored.resource)
            raise erased()
        self.row, self.sealed, self.changed = {**stored.row}, {}, frozenset()

    def complete(self, resource: Entity, stores: Stores) -> None:
        """Fill in what the record does not give, from the stored row or as a new row begins."""
        given = {**self.row, **self.sealed}
        if self.left and self.stored is not None:
            given = {name: value for name, value in given.items() if name not in self.left}
        if self.stored is None:
            self.id = self.id or stores.new_id()
            now = stores.now()
            begun = {"version": 1, "created_at": now, "updated_at": now}
            self.row = {**_blank(resource), **begun, **self.row, "id": self.id}
            self.changed = frozenset(
                resource.field_at(n) for n, v in given.items() if v is not None
            )
        else:
            self._merge(resource, self.stored, given, stores.now())

    def _merge(self, resource: Entity, stored: Stored, given: Values, now: datetime) -> None:
        if "external_references" in self.sealed:
            theirs = stored.sealed.get("external_references") or ()
            together = [*theirs, *self.sealed["external_references"]]
            given = {**given, "external_references": references("external_references", together)}
        sealed_names = {f.name for f in resource.sealed}
        old = {**stored.row, **stored.sealed}
        given = {name: still_marked(old.get(name), value) for name, value in given.items()}
        self.changed = frozenset(
            resource.field_at(name)
            for name, value in given.items()
            if _kept(value) != _kept(old.get(name))
        )
        for name in sealed_names & given.keys():
            findings = stored.row.get("findings")
            if is_mask_of(resource.by_name[name], given[name], old.get(name), findings):
                raise refused(name)
        self.sealed = {**stored.sealed, **{n: v for n, v in given.items() if n in sealed_names}}
        self.row = {**stored.row, **{n: v for n, v in given.items() if n not in sealed_names}}
        if self.changed:
            self.row |= {"version": stored.version + 1, "updated_at": now}


def _blank(resource: Entity) -> dict[str, Any]:
    """A row with nothing in it, which for a list that may not be missing is an empty one."""
    return {
        column.name: [] if isinstance(column.type, ARRAY) and not column.nullable else None
        for column in resource.table.columns
        if column.name not in {"tenant_id", "sealed"}
    }


def _kept(value: Any) -> Any:
    """A sealed record keeps no empty list, so an empty one is as good as none."""
    return None if value == [] else value


def require(draft: Draft, resource: Entity, *fields: str) -> None:
    """Raise ``InvalidInputError`` for a row that lacks what it cannot do without."""
    faults = Faults()
    for name in fields:
        if draft.row.get(resource.by_name[name].column) is None:
            faults.note(InvalidInputError("it may not be empty", (name,)))
    faults.settle()


def unknown(field_: str) -> InvalidInputError:
    """A record names another that is not there."""
    return InvalidInputError(
        "it names a record that is not there", (field_,), code=UNKNOWN_REFERENCE
    )
