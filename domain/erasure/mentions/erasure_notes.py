"""Notes of an erasure: made when it is accepted, opened by its steps, and worth nothing without the key."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.erasures import ERASURE, KNOWN_BY
from domain.entities.partners import DEAL_REGISTRATION
from domain.tables import deal_registrations, erasures, interactions, participants, relationships
from domain.values.errors import NotFoundError
from domain.writing.records import Stored, sealed_record
from domain.writing.unit_of_work import UnitOfWork
from privacy.vault import ClosedKey

RELATED_MAX = 1_000
"""Of how many others it is kept that they had to do with the person."""


async def note_down(work: UnitOfWork, erasure: str, stored: Stored) -> bool:
    """Keep what the person of that record is known by; whether it still opens."""
    subject = stored.subject
    key = (await work.stores.vault.keys(work.tenant, [subject])).get(subject)
    if key is None or isinstance(key, ClosedKey) or not stored.sealed:
        return False
    known = {field.name: stored.sealed.get(field.name) for field in KNOWN_BY}
    plain = {name: stored.row.get(name) for name in ("kind", "country")}
    values = {**known, **plain, "related": await related_to(work, subject)}
    sealed = sealed_record(work.tenant, ERASURE, erasure, key, subject, values)
    await work.execute(
        sa.update(erasures)
        .where(erasures.c.tenant_id == work.tenant, erasures.c.id == erasure)
        .values(sealed=sealed)
    )
    return True


async def noted(work: UnitOfWork, erasure: str) -> Stored | None:
    """The person as they were known, as a customer's record; nothing where notes or key are gone."""
    stored = await work.records.load(ERASURE, erasure, even_closed=True)
    if not stored.sealed:
        return None
    row = {
        "id": stored.row["customer_id"],
        **{name: stored.sealed.get(name) for name in ("kind", "country")},
        "related": tuple(stored.sealed.get("related") or ()),
    }
    return Stored(CUSTOMER, row, stored.sealed)


async def note_participations(work: UnitOfWork, erasure: str, subject: str) -> None:
    """Keep how often the person stands among those who took part in others' interactions."""
    query = sa.select(sa.func.count(participants.c.id)).where(
        participants.c.tenant_id == work.tenant, participants.c.customer_id == subject
    )
    count = (await work.execute(query)).scalar_one()
    if count:
        await work.execute(
            sa.update(erasures)
            .where(erasures.c.tenant_id == work.tenant, erasures.c.id == erasure)
            .values(mentions={"by_type": {"PARTICIPANT": count}, "records": count})
        )


async def note_again(work: UnitOfWork, erasure: str, subject: str) -> None:
    """Make the notes of what the records still say: of an erasure from before there were notes, or in a
    database from a backup.
    """
    named = [(CUSTOMER, subject)]
    named += [(DEAL_REGISTRATION, id_) for id_ in await registrations_of(work, subject)]
    for resource, id_ in named:
        try:
            stored = await work.records.load(resource, id_, even_closed=True)
        except NotFoundError:
            continue
        if await note_down(work, erasure, stored):
            return


async def registrations_of(work: UnitOfWork, subject: str) -> Sequence[str]:
    """The registered deals that speak of somebody who is no customer."""
    table = deal_registrations
    of = table.c.tenant_id == work.tenant, table.c.customer_id == subject, table.c.new_customer
    return [str(id_) for id_ in (await work.execute(sa.select(table.c.id).where(*of))).scalars()]


async def related_to(work: UnitOfWork, subject: str) -> list[str]:
    """Those with whom the person was put in relation, or took part in the same interaction."""
    queries = [*_in_relation(work.tenant, subject), *_in_interaction(work.tenant, subject)]
    found = (await work.execute(sa.union(*queries).limit(RELATED_MAX))).scalars()
    return sorted({str(id_) for id_ in found if id_ is not None} - {subject})


def _in_relation(tenant: str, subject: str) -> Iterator[sa.Select[Any]]:
    of_tenant = relationships.c.tenant_id == tenant
    yield sa.select(relationships.c.to_id).where(of_tenant, relationships.c.from_id == subject)
    yield sa.select(relationships.c.from_id).where(of_tenant, relationships.c.to_id == subject)


def _in_interaction(tenant: str, subject: str) -> Iterator[sa.Select[Any]]:
    others, ours = participants.alias(), participants.alias()
    took_part = ours.c.tenant_id == tenant, ours.c.customer_id == subject
    yield (
        sa.select(interactions.c.customer_id)
        .join(ours, ours.c.interaction_id == interactions.c.id)
        .where(interactions.c.tenant_id == tenant, *took_part)
    )
    yield (
        sa.select(others.c.customer_id)
        .join(ours, ours.c.interaction_id == others.c.interaction_id)
        .where(others.c.tenant_id == tenant, *took_part)
    )
    yield (
        sa.select(others.c.customer_id)
        .join(interactions, others.c.interaction_id == interactions.c.id)
        .where(
            others.c.tenant_id == tenant,
            interactions.c.tenant_id == tenant,
            interactions.c.customer_id == subject,
        )
    )
