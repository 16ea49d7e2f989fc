"""Detection of personal data in texts of records, in the worker."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.entities.interactions import INTERACTION
from domain.validation.identifiers import parse_id
from domain.values.ids import FIRST_ID
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event, UnitOfWork
from privacy.detection.findings import Finding

BATCH = 50


class Detects(Protocol):
    """What finds personal data in texts."""

    def detect_many(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        """The findings of each text."""
        ...


def by_entity(registry: Registry, ids: Sequence[str]) -> dict[Entity, list[str]]:
    """The records of a job: ids as callers see them, or bare ones, which are of interactions."""
    found: dict[Entity, list[str]] = {}
    for text in ids:
        entity, id_ = parse_id(registry, text) if "_" in text else (INTERACTION, text)
        found.setdefault(entity, []).append(id_)
    return found


async def pending(
    work: UnitOfWork, entity: Entity, after: str = FIRST_ID, limit: int = BATCH
) -> list[str]:
    """The next records behind that id that were not looked through yet and that nobody else is looking
    through. What does not open stays pending, so whoever asks again goes on behind it.
    """
    table = entity.table
    query = (
        sa.select(table.c.id)
        .where(
            table.c.tenant_id == work.tenant,
            table.c.id > after,
            table.c.findings.is_(None),
            table.c.sealed.is_not(None),
        )
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [str(id_) for id_ in (await work.execute(query)).scalars()]


async def detect_personal_data(
    work: UnitOfWork, entity: Entity, ids: Sequence[str], detector: Detects
) -> int:
    """Store what is found in these records: type, offsets and score, never the text.

    Returns how many were looked through: those that open. Running it again finds the same.
    """
    load = partial(work.records.load, entity, even_closed=True)
    opened = [await load(id_) for id_ in sorted(ids)]
    readable = [stored for stored in opened if stored.sealed]
    names = entity.detected
    texts = [stored.sealed.get(name) or "" for stored in readable for name in names]
    found = iter(await asyncio.to_thread(detector.detect_many, texts))
    for stored in readable:
        findings = {name: [asdict(finding) for finding in next(found)] for name in names}
        await _store(work, stored, findings)
    if readable:
        work.happened(_event(entity, readable))
    return len(readable)


async def _store(work: UnitOfWork, stored: Stored, findings: dict[str, Any]) -> None:
    table = stored.resource.table
    await work.execute(
        sa.update(table)
        .where(
            table.c.tenant_id == work.tenant,
            table.c.id == stored.id,
            table.c.sealed.is_not(None),
        )
        .values(findings=findings)
    )


def _event(entity: Entity, seen: Sequence[Stored]) -> Event:
    subjects = dict.fromkeys(str(stored.row[entity.subject or "id"]) for stored in seen)
    ids = tuple(stored.id for stored in seen)
    return Event("PersonalDataDetected", entity.name, ids, tuple(subjects), entity.detected)
