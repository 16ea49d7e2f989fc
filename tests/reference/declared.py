"""The small company's records of declared types: written by what the declaration says of each field."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Form, Kind, Manner
from domain.entities.registry import ALL
from domain.values.choice import values_of
from tests.reference.writing import DAYS, TAGS, TEXTS, TIMES, Writing, id_of

RECORDS = 30
WRITTEN: Mapping[Manner | None, tuple[str, ...]] = {
    Manner.TITLE: ("About Ada", "100% Engines"),
    Manner.BODY: ("Call Zoë at 030 1234567", "Nothing to hide"),
}
"""Texts in which the documents' searches find something."""


class Declared(Writing):
    """What callers write by declared verbs."""

    async def _declared(self) -> None:
        for entity in ALL:
            for number in range(RECORDS if entity.is_written else 0):
                await self._record(entity, number)

    async def _record(self, entity: Entity, number: int) -> None:
        row: dict[str, Any] = {"id": id_of(entity.name, number)}
        sealed: dict[str, Any] = {}
        for field in entity.fields:
            if field.is_sealed:
                sealed[field.name] = self._value(entity, field, number)
            elif not field.sources:
                row[field.column] = self._value(entity, field, number)
        if entity.is_attached:
            of = (None, None) if row["record"] is None else self._attached()
            row["record"], row["customer_id"] = of
        row |= entity.own_subject(row)
        if entity.may_be_nobodys and row["customer_id"] is None:
            await self.work.stores.vault.create_keys(self.work.tenant, [row["id"]])
        if "version" in row:
            row |= self.versioned()
        for field in entity.fields:
            if field.form is Form.FINDINGS:
                row[field.name] = self._found(entity, sealed)
        await self.add(entity, row, sealed)

    def _value(self, entity: Entity, field: Field, number: int) -> Any:
        if field.kind is Kind.REFERENCE:
            return self._reference(entity, field)
        if field.form is Form.EXTERNAL_REFERENCES:
            return self.external(entity.name, number)
        if field.kind is Kind.TAGS:
            return sorted(self.some(TAGS))
        values = self._values(field)
        return self.one(values) if field.required else self.maybe(values)

    def _reference(self, entity: Entity, field: Field) -> Any:
        if field.target == "customer":
            return self.customer() if field.required else self.maybe([self.customer()])
        places: Mapping[str, Callable[[], Any]] = {
            "department": lambda: self.maybe(self.departments),
            "partner_account": lambda: self.maybe([id_of("partner_account", n) for n in (0, 1)]),
            "member": lambda: self.maybe([id_of("member", n) for n in range(3)]),
            "pipeline": lambda: self.pipeline,
            "stage": lambda: self.one(self.stages),
        }
        known = [row["id"] for row in self.added.get(field.target, ())]
        return places.get(field.target, lambda: self.maybe(known))()

    def _attached(self) -> tuple[str, str]:
        """A record of a customer's, by the id that callers see, and the customer."""
        kinds = [
            entity for entity in ALL if entity.speaks_of_customers and self.added.get(entity.name)
        ]
        entity = self.one([one for one in kinds if not one.is_attached])
        row = self.one(self.added[entity.name])
        return f"{entity.prefix}_{row['id']}", row[entity.subject]

    def _values(self, field: Field) -> tuple[Any, ...]:
        if field.values is not None:
            return values_of(field.values)
        if field.kind is Kind.TEXT:
            return WRITTEN.get(field.find, TEXTS)
        return tuple(map(_sealed, _VALUES[field.kind])) if field.is_sealed else _VALUES[field.kind]

    def _found(self, entity: Entity, sealed: Mapping[str, Any]) -> Any:
        found = {"type": "PERSON", "start": 5, "end": 8, "score": 0.5}
        told = {name: [found] if sealed[name] else [] for name in entity.detected}
        return self.maybe([told]) or sa.null()


def _sealed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


_VALUES: Mapping[Kind, tuple[Any, ...]] = {
    Kind.INTEGER: (0, 10, 100),
    Kind.DECIMAL: (Decimal("10.5"), Decimal("10.5000"), Decimal(0)),
    Kind.BOOLEAN: (True, False),
    Kind.DATE: DAYS,
    Kind.TIMESTAMP: TIMES,
    Kind.PLACE: ([525, 134], [489, 24]),
    Kind.JSON: (sa.null(),),
}
