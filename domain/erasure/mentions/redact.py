"""Redaction of others' records that mention an erased person: batch by batch, each a unit of work.

How far it is stands in the erasure's row (``place``: a part and an id). What is changed is sealed and
indexed anew, as by any other change.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.mentions import candidates
from domain.erasure.mentions.decide import Record, decide_mentions
from domain.erasure.mentions.erasure_notes import noted
from domain.erasure.mentions.identifiers import KnownPerson, known_of, mentioned
from domain.erasure.mentions.namesakes import Others, name_of_person, opened_people, others
from domain.erasure.mentions.registrations import names_the_person
from domain.erasure.mentions.rivals import words_of
from domain.erasure.mentions.spotting.spans import marked
from domain.erasure.mentions.texts import (
    TOLD,
    changed_fields,
    detected_names,
    has_parts,
    mentioning,
    texts_of,
    with_texts,
)
from domain.storage.custom_definitions import Definitions, declared
from domain.tables import erasures, participants
from domain.values.ids import FIRST_ID
from domain.writing.records import Stored
from domain.writing.stored_rows import stored_rows
from domain.writing.unit_of_work import Event, UnitOfWork
from privacy import caches
from privacy.vault import SubjectDestroyedError

log = structlog.get_logger(__name__)

DONE, LOST = "DONE", "LOST"
NAMED_MAX = 1_000
"""So many records are named at most that are left as they are."""

Find = Callable[[UnitOfWork, Entity, KnownPerson, str], Awaitable[Sequence[str]]]


async def _untokened(
    work: UnitOfWork, resource: Entity, _: KnownPerson, after: str
) -> Sequence[str]:
    return await candidates.without_tokens(work, resource, after)


async def _all(work: UnitOfWork, resource: Entity, _: KnownPerson, after: str) -> Sequence[str]:
    return await candidates.every(work, resource, after)


async def _changed(
    work: UnitOfWork, resource: Entity, known: KnownPerson, after: str
) -> Sequence[str]:
    return await candidates.changed_since(work, resource, known.since, after)


def parts(entities: Sequence[Entity]) -> Iterator[tuple[Entity, Find]]:
    """The last look once more at what was written since the request."""
    found = [one for one in entities if _is_found(one)]
    yield from ((one, candidates.by_tokens) for one in found)
    yield from ((one, _untokened) for one in found)
    yield from ((one, _all) for one in entities if one not in found)
    yield from ((one, _changed) for one in entities)


def _is_found(entity: Entity) -> bool:
    """Whether search knows all the texts in which somebody may be mentioned."""
    return not has_parts(entity) and all(entity.by_name[one].find for one in entity.free_texts)


_FIRST = (INTERACTION, OPPORTUNITY, CUSTOMER, DEAL_REGISTRATION)


@lru_cache(maxsize=caches.REGISTRIES)
def all_parts(registry: Registry) -> Sequence[tuple[Entity, Find]]:
    """INVARIANT: a part is known by its number: those of new entities stand last, as in the registry."""
    others = (one for one in mentioning(registry) if one not in _FIRST)
    return (*parts(_FIRST), *(part for one in others for part in parts([one])))


@dataclass(slots=True)
class _Findings:
    """What a batch found."""

    by_type: Counter[str] = field(default_factory=Counter)
    changed: list[Stored] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    ambiguous: list[tuple[str, str]] = field(default_factory=list)
    registrations: list[tuple[str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    """Records that do not open: nobody knows what they say."""


async def redact_mentions(work: UnitOfWork, erasure: Mapping[str, Any]) -> bool:
    """Do the next batch of an erasure whose row is locked; whether nothing is left to do."""
    if is_looked_through(erasure):
        return True
    stored = await noted(work, erasure["id"])
    if stored is None:
        await _note(work, erasure, LOST, _Findings())
        return True
    known = known_of(stored.row, stored.sealed, work.region, erasure["requested_at"])
    part, after = _place(erasure["place"])
    in_order = all_parts(work.registry)
    resource, find = in_order[part]
    ids = await find(work, resource, known, after)
    findings = await _batch(work, resource, known, ids) if ids else _Findings()
    following = f"{part + 1}:{FIRST_ID}" if part + 1 < len(in_order) else DONE
    place = f"{part}:{ids[-1]}" if ids else following
    await _note(work, erasure, place, findings)
    return place == DONE


def is_looked_through(erasure: Mapping[str, Any]) -> bool:
    """Whether nothing is left to do, or nobody knows any more what to look for."""
    return erasure["place"] in {DONE, LOST}


def _place(place: str | None) -> tuple[int, str]:
    part, _, after = (place or f"0:{FIRST_ID}").partition(":")
    return int(part), after


async def _batch(
    work: UnitOfWork, resource: Entity, known: KnownPerson, ids: Sequence[str]
) -> _Findings:
    findings = _Findings()
    definitions = await declared(work.connection, work.tenant, resource.name)
    if resource is CUSTOMER:
        ids = await _speaking(work, definitions, known, ids, findings.closed)
    stored = await _stored(work, resource, ids, findings.closed)
    records = [one for one in stored if _is_anothers(one, known)]
    findings.ambiguous += [(resource.name, id_) for id_ in findings.closed]
    if not records:
        return findings
    rivals = await others(work, known)
    people = await _people(work, resource, records)
    names = await opened_people(work, {id_ for some in people.values() for id_ in some})
    for one in records:
        of = people[one.id]
        said = (name_of_person(names[id_]) for id_ in of if id_ in names)
        texts, words = texts_of(one, definitions), frozenset().union(*map(words_of, said))
        record = Record(texts, of, words, detected_names(one))
        await _redact(work, one, record, known, rivals, findings)
        if names_the_person(one, known, work.region):
            findings.registrations.append((resource.name, one.id))
    _tell(work, resource, known, findings)
    return findings


async def _speaking(
    work: UnitOfWork,
    definitions: Definitions,
    known: KnownPerson,
    ids: Sequence[str],
    closed: list[str],
) -> Sequence[str]:
    """Those of the customers whose texts may speak of the person: only they are locked."""
    tags = await candidates.tags_of(work, ids)
    opened = await opened_people(work, ids, closed)
    found = []
    for id_, sealed in opened.items():
        texts = texts_of(Stored(CUSTOMER, {"tags": tags[id_]}, sealed), definitions)
        if any(mentioned(text, known, frozenset()).is_any for text in texts.values()):
            found.append(id_)
    return found


async def _stored(
    work: UnitOfWork, resource: Entity, ids: Sequence[str], closed: list[str]
) -> Sequence[Stored]:
    """The records that open: another's that does not must not keep the person from being erased."""
    stored = (await stored_rows(work, resource, ids)).values()
    closed.extend(one.id for one in stored if one.is_closed)
    return [one for one in stored if not one.is_closed]


def _is_anothers(stored: Stored, known: KnownPerson) -> bool:
    subject = stored.subject
    return bool(stored.sealed) and subject != known.id


async def _people(
    work: UnitOfWork, resource: Entity, records: Sequence[Stored]
) -> Mapping[str, frozenset[str]]:
    """With whom each record has to do."""
    found = {one.id: {one.subject} for one in records}
    if resource is INTERACTION:
        query = sa.select(participants.c.interaction_id, participants.c.customer_id).where(
            participants.c.tenant_id == work.tenant,
            participants.c.customer_id.is_not(None),
            participants.c.interaction_id
            == sa.any_(sa.literal(list(found), ARRAY(UUID(as_uuid=False)))),
        )
        for row in await work.execute(query):
            interaction, customer = tuple(row)
            found[str(interaction)].add(str(customer))
    return {id_: frozenset(some) for id_, some in found.items()}


async def _redact(
    work: UnitOfWork,
    stored: Stored,
    record: Record,
    known: KnownPerson,
    rivals: Others,
    findings: _Findings,
) -> None:
    said = decide_mentions(record, known, rivals)
    spans = {place: found for place, found in said.spans.items() if place not in TOLD}
    if said.is_ambiguous or len(spans) < len(said.spans):
        findings.ambiguous.append((stored.resource.name, stored.id))
    if not spans:
        return
    changed = {place: marked(record.texts[place], found) for place, found in spans.items()}
    row, sealed = with_texts(stored, changed)
    row.pop("findings", None)
    row["updated_at"] = work.stores.now()
    try:
        await work.records.replace(stored, row, sealed)
    except SubjectDestroyedError:  # Erased meanwhile: what is left of it opens no more.
        return
    findings.by_type.update(span.type for found in spans.values() for span in found)
    findings.changed.append(stored)
    findings.fields |= changed_fields(changed)


def _tell(work: UnitOfWork, resource: Entity, known: KnownPerson, findings: _Findings) -> None:
    if not findings.changed:
        return
    subjects = {one.subject for one in findings.changed}
    ids = tuple(one.id for one in findings.changed)
    fields = tuple(sorted(findings.fields))
    people = (known.id, *sorted(subjects))
    work.happened(Event("MentionsRedacted", resource.name, ids, people, fields))


async def _note(
    work: UnitOfWork, erasure: Mapping[str, Any], place: str, findings: _Findings
) -> None:
    known = erasure["mentions"]
    ambiguous = _once([*known.get("ambiguous", []), *findings.ambiguous])
    registrations = _once([*known.get("registrations", []), *findings.registrations])
    mentions = {
        "by_type": dict(Counter(known.get("by_type", {})) + findings.by_type),
        "records": known.get("records", 0) + len(findings.changed),
        "ambiguous": ambiguous[:NAMED_MAX],
        "registrations": registrations[:NAMED_MAX],
        "closed": known.get("closed", 0) + len(findings.closed),
    }
    await work.execute(
        sa.update(erasures)
        .where(erasures.c.tenant_id == work.tenant, erasures.c.id == erasure["id"])
        .values(place=place, mentions=mentions)
    )


def _once(named: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Each record once: some are looked at twice."""
    return [[*one] for one in dict.fromkeys(map(tuple, named))]
