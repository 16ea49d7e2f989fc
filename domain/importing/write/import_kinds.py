"""Import kinds: what differs between the records that are imported; ``upsert`` does the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from domain.declaration.entity import Entity
from domain.detecting.detect_personal_data import BATCH
from domain.importing.records.records import Record, Reference
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.drafts.reference_cache import Named, ReferenceCache
from domain.storage.lookup import reference_text
from domain.validation.values import references, text
from domain.writing.jobs import DETECT
from domain.writing.unit_of_work import UnitOfWork
from privacy.cooperative_turns import in_parts

Ids = Mapping[Reference, str]
Check = Callable[[Draft], None]


class ImportKind(Protocol):
    """One kind of record. ``events`` name what happens to rows: made, changed."""

    resource: Entity
    events: tuple[str, str]

    def named(self, record: Any) -> Iterable[Named]:
        """The other records that a record names."""
        ...

    def draft(self, position: int, record: Any, known: ReferenceCache) -> Draft:
        """The record's fields, validated; raises domain errors."""
        ...

    def resolve(self, draft: Draft, ids: Ids) -> None:
        """Fill in what follows from other records and from the stored row."""
        ...

    def check(self, draft: Draft) -> None:
        """What must hold for the row as it will be; raises domain errors."""
        ...

    async def precheck(self, work: UnitOfWork, drafts: Sequence[Draft]) -> Check:
        """What needs a look into the database, made for all drafts at once."""
        ...

    async def after_write(self, work: UnitOfWork, drafts: Sequence[Draft], ids: Ids) -> set[int]:
        """Write what hangs on the rows; returns the positions for which there was something new."""
        ...


def look_through(work: UnitOfWork, resource: Entity, drafts: Iterable[Draft]) -> None:
    """Let the worker look for personal data in the texts that are new or changed."""
    texts = frozenset(resource.detected)
    read = [f"{resource.prefix}_{draft.id}" for draft in drafts if draft.changed & texts]
    for part in in_parts(read, BATCH):
        work.enqueue(DETECT, part)


def forget_findings(draft: Draft, resource: Entity) -> None:
    """What was found in a text says nothing of another one."""
    if not draft.changed.isdisjoint(resource.detected):
        draft.row["findings"] = None


def nothing_to_check(_draft: Draft) -> None:
    """The check of a kind that has none."""


def own_references(record: Record) -> list[Reference]:
    """The references by which a record is found, its first one first."""
    given: Iterable[Mapping[str, str]] = (
        getattr(record, "values", {}).get("external_references") or ()
    )
    others = (Reference(one["system"], one["id"]) for one in given)
    return list(dict.fromkeys((reference_of(record), *others)))


def reference_of(record: Record) -> Reference:
    """The external reference of a record that has one."""
    found: Reference = record.reference  # type: ignore[union-attr] # Only partner accounts have none.
    return found


def check_reference(reference: Reference) -> str:
    """The one spelling under which it is found; raises ``InvalidInputError``."""
    text("external_references", reference.system, length_max=64)
    text("external_references", reference.id, length_max=128)
    return reference_text(reference.system, reference.id)


def kept_references(record: Record) -> list[dict[str, str]]:
    """A record's references as its sealed record keeps them."""
    given = [{"system": one.system, "id": one.id} for one in own_references(record)]
    return references("external_references", given)


def present(**columns: Any) -> dict[str, Any]:
    """The columns that are given."""
    return {name: value for name, value in columns.items() if value is not None}
