"""The parts of a target: values, references, fields, contact points, consents."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from domain.customers.validation import POINT_FIELDS
from domain.errors import InvalidInputError
from domain.importing.mapping import document as m
from domain.importing.mapping.field_types import (
    FIELDS,
    OMITTED_WHEN_EMPTY,
    typed,
    with_currency,
)
from domain.importing.mapping.transforms import Table
from domain.importing.mapping.values import Row, compile_value
from domain.importing.records import Reference

Read = Callable[[Row], Any]


class RecordParts:
    """Compiles the parts of one target and gathers the columns and lookups that they need."""

    def __init__(self, path: str, system: str, zone: tzinfo, lookups: Mapping[str, Table]) -> None:
        self._path = path
        self._system = system
        self._zone = zone
        self._lookups = lookups
        self.columns: set[str] = set()
        self.lookups: set[str] = set()

    def optional(self, name: str, given: m.AnyValue | None) -> Read:
        """A value that may be absent or empty; errors say which part of the record they are about."""
        if given is None:
            return lambda _: None
        reader = compile_value(given, f"{self._path}.{name}", self._lookups)
        self.columns |= reader.columns
        self.lookups |= reader.lookups
        part, zone = name.removeprefix("fields.").split(".", 1)[0].split("[", 1)[0], self._zone
        # A custom field is text, whatever it is called.
        field = "" if part == "custom_fields" else name.rsplit(".", 1)[-1]

        def read(row: Row) -> Any:
            try:
                return typed(field, reader.read(row), zone)
            except InvalidInputError as error:
                raise InvalidInputError(error.message, (part,)) from None

        return read

    def required(self, name: str, given: m.AnyValue) -> Read:
        """A value that may not be empty."""
        optional = self.optional(name, given)

        def read(row: Row) -> Any:
            value = optional(row)
            if value is None:
                raise InvalidInputError("it may not be empty", (name.split(".", 1)[0],))
            return value

        return read

    def reference(self, name: str, given: m.AnyReference | None) -> Read:
        """A reference, or nothing where its id is empty."""
        system = given.system if isinstance(given, m.Named) else self._system
        read_id = self.optional(name, given.id if isinstance(given, m.Named) else given)

        def read(row: Row) -> Reference | None:
            id_ = read_id(row)
            return None if id_ is None else Reference(system, str(id_))

        return read

    def required_reference(self, name: str, given: m.AnyReference) -> Read:
        """A reference whose id may not be empty."""
        optional = self.reference(name, given)

        def read(row: Row) -> Reference:
            reference: Reference | None = optional(row)
            if reference is None:
                raise InvalidInputError("it may not be empty", (name,))
            return reference

        return read

    def fields(self, kind: str, given: Mapping[str, m.AnyValue]) -> Read:
        """The declared fields of a record."""
        for name in given:
            if name not in FIELDS[kind]:
                known = ", ".join(sorted(FIELDS[kind]))
                raise m.MappingError(f"{self._path}.fields.{name}: a {kind} has {known}")
        readers = [(name, self.optional(f"fields.{name}", value)) for name, value in given.items()]

        def read(row: Row) -> dict[str, Any]:
            values = with_currency({name: reader(row) for name, reader in readers})
            return {
                name: value
                for name, value in values.items()
                if value is not None or name not in OMITTED_WHEN_EMPTY
            }

        return read

    def contact_points(self, given: Sequence[m.ContactPoint]) -> Read:
        """The contact points whose values are not empty."""
        parts = []
        for i, point in enumerate(given):
            name = f"contact_points[{i}]"
            if point.kind not in POINT_FIELDS:
                known = ", ".join(POINT_FIELDS)
                raise m.MappingError(f"{self._path}.{name}.kind: it must be one of {known}")
            label = self.optional(f"{name}.label", point.label)
            parts.append((point, self.optional(f"{name}.value", point.value), label))

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

    def consents(self, given: Sequence[m.Consent]) -> Read:
        """The consents whose purposes are not empty."""
        names = ("purpose", "status", "method", "given_at", "withdrawn_at", "expires_at")
        parts = [
            {name: self.optional(f"consents[{i}].{name}", getattr(one, name)) for name in names}
            for i, one in enumerate(given)
        ]

        def read(row: Row) -> tuple[dict[str, Any], ...]:
            values = ({name: reader(row) for name, reader in part.items()} for part in parts)
            kept = ({n: v for n, v in one.items() if v is not None} for one in values)
            return tuple(consent for consent in kept if "purpose" in consent)

        return read
