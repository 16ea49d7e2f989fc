"""Detection of personal data in interactions, in the worker."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa

from domain.entities.interactions import INTERACTION
from domain.tables import interactions
from domain.values.ids import FIRST_ID
from domain.writing.unit_of_work import Event, UnitOfWork
from privacy.detection.findings import Finding

BATCH = 50
TEXTS = ("subject", "body")


class Detects(Protocol):
    """What finds personal data in texts."""

    def detect_many(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        """The findings of each text."""
        ...


async def pending(work: UnitOfWork, after: str = FIRST_ID, limit: int = BATCH) -> list[str]:
    """The next interactions behind that id that were not looked through yet and that nobody else is
    looking through. What does not open stays pending, so whoever asks again goes on behind it.
    """
    query = (
        sa.select(interactions.c.id)
        .where(
            interactions.c.tenant_id == work.tenant,
            interactions.c.id > after,
            interactions.c.findings.is_(None),
            interactions.c.sealed.is_not(None),
        )
        .order_by(interactions.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [str(id_) for id_ in (await work.execute(query)).scalars()]


async def detect_personal_data(work: UnitOfWork, ids: Sequence[str], detector: Detects) -> int:
    """Store what is found in these interactions: type, offsets and score, never the text.

    Returns how many were looked through: those that open. Running it again finds the same.
    """
    load = partial(work.records.load, INTERACTION, even_closed=True)
    opened = [await load(id_) for id_ in sorted(ids)]
    readable = [stored for stored in opened if stored.sealed]
    texts = [stored.sealed.get(name) or "" for stored in readable for name in TEXTS]
    found = iter(await asyncio.to_thread(detector.detect_many, texts))
    for stored in readable:
        findings = {name: [asdict(finding) for finding in next(found)] for name in TEXTS}
        await _store(work, stored.id, findings)
    if readable:
        work.happened(_event([(stored.id, str(stored.row["customer_id"])) for stored in readable]))
    return len(readable)


async def _store(work: UnitOfWork, id_: str, findings: dict[str, Any]) -> None:
    await work.execute(
        sa.update(interactions)
        .where(
            interactions.c.tenant_id == work.tenant,
            interactions.c.id == id_,
            interactions.c.sealed.is_not(None),
        )
        .values(findings=findings)
    )


def _event(seen: Sequence[tuple[str, str]]) -> Event:
    return Event(
        "PersonalDataDetected",
        "interaction",
        tuple(id_ for id_, _ in seen),
        tuple(dict.fromkeys(customer for _, customer in seen)),
        TEXTS,
    )
