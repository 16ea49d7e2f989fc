"""Mapping expressions: the parts of a target, which are values, references, fields, contact points,
consents.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from domain.declaration.entity import Entity
from domain.importing.mapping import document as m
from domain.importing.mapping.consent_parts import NAMES, consents_of, require_words
from domain.importing.mapping.field_types import (
    CellType,
    cannot_be_emptied,
    field_type,
    part_type,
    with_currency,
)
from domain.importing.mapping.transforms import Table
from domain.importing.mapping.values import Blanks, Row, compile_value
from domain.importing.records.faults_of_row import Notes
from domain.importing.records.records import MONEY, Attached, Reference, cell_fields
from domain.validation.customers import POINT_FIELDS
from domain.values.errors import InvalidInputError
from privacy.spellings.plain_text import shown

Read = Callable[[Row], Any]

WHEN = "when"


class MappingExpressions:
    """Compiles the parts of one target and gathers the columns and lookups that they need."""

    def __init__(
        self,
        path: str,
        system: str,
        zone: tzinfo,
        lookups: Mapping[str, Table],
        blank: Blanks = frozenset(),
    ) -> None:
        self._path = path
        self._system = system
        self._zone = zone
        self._lookups = lookups
        self._blank = blank
        self.columns: set[str] = set()
        self.lookups: set[str] = set()
        self.lenient: set[str] = set()
        self.prose: set[str] = set()
        self.origin: dict[str, set[str]] = {}
        self.points: list[tuple[str, Read, frozenset[str]]] = []
        self.notes = Notes()

    def optional(
        self,
        name: str,
        given: m.AnyValue | None,
        part: str | None = None,
        type_: CellType | None = None,
    ) -> Read:
        """A value that may be absent or empty; faults say which part of the record they are about."""
        if given is None:
            return lambda _: None
        reader = compile_value(given, f"{self._path}.{name}", self._lookups, self._blank)
        self.columns |= reader.columns
        self.lookups |= reader.lookups
        part = part or name.removeprefix("fields.").split(".", 1)[0].split("[", 1)[0]
        self.origin.setdefault(part, set()).update(reader.columns)
        place: tuple[str, ...] = (part,)
        if part == "consents":
            place = (part, name.rsplit(".", 1)[-1])
            self.origin.setdefault(".".join(place), set()).update(reader.columns)
        is_lenient = isinstance(given, m.Value) and given.invalid == "skip"
        if is_lenient:
            self.lenient.add(part)
        # A custom field is text, whatever it is called.
        type_ = type_ or part_type("" if part == "custom_fields" else name.rsplit(".", 1)[-1])
        zone, convert, is_prose = self._zone, type_.convert, type_.is_prose
        if is_prose:
            self.prose.add(part)

        def read(row: Row) -> Any:
            try:
                value = reader.read(self.notes.written if is_prose else row)
                return None if value is None else convert(value, zone)
            except InvalidInputError as error:
                found = self.notes.skipped if is_lenient else self.notes.faults
                found.append(InvalidInputError(error.message, (*place, *error.path[1:])))
                return None

        return read

    def required(self, name: str, given: m.AnyValue) -> Read:
        """A value that may not be empty."""
        self._require_strict(name, given)
        return self._filled(name, self.optional(name, given))

    def reference(self, name: str, given: m.AnyReference | None) -> Read:
        """A reference, or nothing where its id is empty."""
        system = given.system if isinstance(given, m.Named) else self._system
        read_id = self.optional(name, given.id if isinstance(given, m.Named) else given)

        def read(row: Row) -> Reference | None:
            id_ = read_id(row)
            return None if id_ is None else Reference(system, shown(str(id_)))

        return read

    def required_reference(self, name: str, given: m.AnyReference) -> Read:
        """A reference whose id may not be empty."""
        self._require_strict(name, given.id if isinstance(given, m.Named) else given)
        return self._filled(name, self.reference(name, given))

    def attachment(self, name: str, given: Mapping[str, m.AnyReference], *, required: bool) -> Read:
        """The one record that a row names, of several kinds that it may be of."""
        if not given:
            raise m.MappingError(f"{self._path}.{name}: name a record")
        reads = [(kind, self.reference(f"{name}.{kind}", one)) for kind, one in given.items()]

        def read(row: Row) -> Attached | None:
            found = [Attached(kind, one) for kind, read in reads if (one := read(row)) is not None]
            if len(found) > 1:
                fault = InvalidInputError("it names more than one record", (name,))
                self.notes.faults.append(fault)
            return found[0] if found else None

        if not required:
            return read
        for kind, one in given.items():
            self._require_strict(f"{name}.{kind}", one.id if isinstance(one, m.Named) else one)
        return self._filled(name, read)

    def _filled(self, name: str, optional: Read) -> Read:
        part = name.split(".", 1)[0]

        def read(row: Row) -> Any:
            before = len(self.notes.faults)
            value = optional(row)
            if value is None:
                self.notes.is_hopeless = True
                if len(self.notes.faults) == before:
                    self.notes.faults.append(InvalidInputError("it may not be empty", (part,)))
            return value

        return read

    def _require_strict(self, name: str, given: m.AnyValue) -> None:
        if isinstance(given, m.Value) and given.invalid == "skip":
            raise m.MappingError(
                f"{self._path}.{name}.invalid: a record cannot do without it, so it cannot be skipped"
            )

    def fields(self, entity: Entity, given: Mapping[str, m.AnyValue]) -> Read:
        """The declared fields of a record, without those that were skipped."""
        fields = cell_fields(entity)
        for name, value in given.items():
            if name not in fields:
                known = ", ".join(sorted(fields))
                raise m.MappingError(f"{self._path}.fields.{name}: a {entity.name} has {known}")
            if fields[name].must_be_given:
                self._require_strict(f"fields.{name}", value)
        readers = {
            name: self.optional(f"fields.{name}", value, type_=field_type(entity, fields[name]))
            for name, value in given.items()
        }
        left = {name for name in readers if cannot_be_emptied(fields[name])}

        def read(row: Row) -> dict[str, Any]:
            values = {name: reader(row) for name, reader in readers.items()}
            if entity.shape.money is not None:
                values = self._priced(values)
            skipped = {error.path[0] for error in self.notes.skipped}
            if not skipped.isdisjoint(MONEY):
                skipped |= MONEY
                values = {name: value for name, value in values.items() if name not in MONEY}
            return {
                name: value
                for name, value in values.items()
                if value is not None or (name not in left and name not in skipped)
            }

        return read

    def _priced(self, values: dict[str, Any]) -> dict[str, Any]:
        """With the currency of the amount; without both where the amount cannot be."""
        try:
            return with_currency(values)
        except InvalidInputError as error:
            is_lenient = "amount" in self.lenient
            (self.notes.skipped if is_lenient else self.notes.faults).append(error)
            return {k: v for k, v in values.items() if k not in MONEY}

    def contact_points(self, given: Sequence[m.ContactPoint]) -> Read:
        """The contact points whose values are not empty."""
        parts = []
        for i, point in enumerate(given):
            name = f"contact_points[{i}]"
            if point.kind not in POINT_FIELDS:
                known = ", ".join(POINT_FIELDS)
                raise m.MappingError(f"{self._path}.{name}.kind: it must be one of {known}")
            field = POINT_FIELDS[point.kind]
            label = self.optional(f"{name}.label", point.label, field)
            before = set(self.origin.pop(field, ()))
            value = self.optional(f"{name}.value", point.value, field)
            self.points.append((field, value, frozenset(self.origin[field])))
            self.origin[field] |= before
            parts.append((point, value, label))
        self._require_alike(given)

        def read(row: Row) -> list[dict[str, Any]]:
            return [
                {
                    "kind": point.kind,
                    "value": text,
                    "label": label(row),
                    "preferred": point.preferred,
                    "verified": point.verified,
                }
                for point, value, label in parts
                if (text := value(row)) is not None
            ]

        return read

    def _require_alike(self, given: Sequence[m.ContactPoint]) -> None:
        """Contact points of a kind are skipped or refused alike: a fault is told by the kind."""
        asked: dict[str, set[str]] = {}
        for point in given:
            choice = point.value.invalid if isinstance(point.value, m.Value) else "refuse"
            asked.setdefault(point.kind, set()).add(choice)
        if mixed := sorted(kind for kind, choices in asked.items() if len(choices) > 1):
            raise m.MappingError(
                f"{self._path}.contact_points: write the same `invalid` for all of {mixed[0]}"
            )

    def consents(self, given: Sequence[m.Consent]) -> Read:
        """The consents whose purposes are not empty."""
        for i, one in enumerate(given):
            require_words(one, f"{self._path}.consents[{i}]")
        parts = [
            {name: self.optional(f"consents[{i}].{name}", getattr(one, name)) for name in NAMES}
            for i, one in enumerate(given)
        ]
        return lambda row: tuple(consents_of(parts, row, lambda: self.notes))
