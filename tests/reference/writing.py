"""What the small company is made of, and how it is written: by chance, the same in every run."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.settings.tenants import named_id
from domain.writing.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
"""The present moment of every answer; a month before it is the last of February."""

REGION = "DE"
TEXTS = ("Ærø Straße", "aero strasse", "100% Café", "100_ cafe", "Zoë", "ZOE", "ﬁnal")
TAGS = ("vip", "VIP", "50%", "été")
CHANNELS = ("PHONE", "WEB", "EMAIL")
STAGES = ("New", "Qualified", "Won", "Lost")
TYPES = ("WORKS_FOR", "SUPPLIES", "HOUSEHOLD", "PART_OF")
# Ties, fractions of a second, both sides of a change of the clocks, and near the present.
TIMES = (
    datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    datetime(2026, 1, 31, 23, 30, 0, 120_000, tzinfo=UTC),
    datetime(2026, 2, 28, 10, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 22, 59, 59, 999_999, tzinfo=UTC),
    NOW - timedelta(hours=12),
    NOW,
)
DAYS = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2025, 12, 29))


def id_of(kind: str, number: int) -> str:
    """The same ids in every run, so that Hypothesis finds again what it found."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}/{number}"))


class Writing:
    """Writes records of one tenant."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.chance = Random(7)
        self.departments = [
            named_id(work.tenant, "department", code) for code in ("SALES", "SUPPORT")
        ]
        self.stages = [named_id(work.tenant, "stage", f"Standard/{name}") for name in STAGES]
        self.pipeline = named_id(work.tenant, "pipeline", "Standard")
        self.added: dict[str, list[dict[str, Any]]] = {}
        """Rows that were added, by resource."""

    def one(self, things: Sequence[Any]) -> Any:
        return self.chance.choice(things)

    def maybe(self, things: Sequence[Any]) -> Any:
        """One of them, or nothing."""
        return self.chance.choice([None, *things])

    def some(self, things: Sequence[Any]) -> list[Any]:
        return self.chance.sample(things, self.chance.randrange(len(things)))

    def versioned(self) -> dict[str, Any]:
        return {
            "version": self.one((1, 2)),
            "created_at": self.one(TIMES),
            "updated_at": self.one(TIMES),
        }

    def placed(self, account: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a switch
        placed = {"department_id": self.maybe(self.departments)}
        if account:
            placed["partner_account_id"] = self.maybe([id_of("partner_account", n) for n in (0, 1)])
        return placed

    def external(self, kind: str, number: int) -> list[dict[str, str]] | None:
        return self.maybe([[], [{"system": "ERP", "id": f"{kind} {number}"}]])  # type: ignore[no-any-return]  # of a list of those

    def points(self, kind: str, values: Sequence[str]) -> list[dict[str, Any]] | None:
        points = [
            {
                "kind": kind,
                "value": value,
                "label": self.maybe(("home",)),
                "preferred": self.one((True, False)),
                "verified": self.one((True, False)),
            }
            for value in self.chance.sample(values, self.chance.randint(0, len(values)))
        ]
        return points or self.maybe([[]])

    def customer(self) -> str:
        return id_of("customer", self.chance.randrange(20))

    async def insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        await self.work.insert(table, [{"tenant_id": self.work.tenant, **row} for row in rows])

    async def add(self, resource: Entity, row: dict[str, Any], sealed: dict[str, Any]) -> None:
        await self.work.records.add(resource, row, sealed)
        self.added.setdefault(resource.name, []).append(row)
