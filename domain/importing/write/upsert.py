"""Upsert of one batch of one kind: matched by external reference, compared, sealed, written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from domain.entities.customers import CUSTOMER
from domain.importing.records.faults_of_row import Attempt
from domain.importing.records.records import Record, Reference
from domain.importing.records.results import BatchResult, Rejects
from domain.importing.write.drafting import Drafting
from domain.importing.write.drafts.draft import Draft, unknown
from domain.importing.write.drafts.reference_cache import load_reference_cache
from domain.importing.write.import_kinds import ImportKind, check_reference, own_references
from domain.storage import lookup_rows
from domain.tables import lookup_tags
from domain.values.errors import ForbiddenError
from domain.values.point_ids import identified
from domain.values.refusals import erased
from domain.writing.bulk_rows import delete_rows, insert_rows, replace_rows
from domain.writing.indexing import index_basis, index_records
from domain.writing.records import Stored, damaged, following, sealed_record
from domain.writing.stored_rows import stored_rows
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from privacy.vault import ClosedKey, SealingKey

Numbered = Sequence[tuple[int, Record]]


class Upsert:
    """One batch in one unit of work; ``taken`` are the records that were not refused."""

    def __init__(
        self,
        work: UnitOfWork,
        kind: ImportKind,
        lenient: frozenset[str] = frozenset(),
        attempts: Mapping[int, Attempt] | None = None,
    ) -> None:
        self._work = work
        self._drafting = Drafting(kind, lenient, attempts)
        self._kind = kind
        self._resource = kind.resource
        self._rejects = Rejects()
        self.taken: list[Draft] = []

    async def run(self, records: Numbered) -> BatchResult:
        """Write what is new or changed; the rejected records leave nothing."""
        drafts = await self._drafts(records)
        drafts = self._rejects.kept(drafts, await self._kind.precheck(self._work, drafts))
        drafts = self._permitted(drafts)
        drafts = self._linked(drafts)
        keys = await self._keys([draft for draft in drafts if draft.is_to_be_written])
        drafts = self._rejects.kept(drafts, lambda draft: self._require_key(draft, keys))
        written = [draft for draft in drafts if draft.is_to_be_written]
        if self._work.trial is None:
            await self._write(written, keys)
        touched = await self._kind.after_write(self._work, drafts, self._ids(drafts))
        self._try(drafts)
        self.taken = drafts
        return self._result(drafts, touched)

    async def _drafts(self, records: Numbered) -> list[Draft]:
        """The drafts, matched with the rows that are there and completed from them."""
        seen: set[str] = set()
        sound = self._rejects.drawn(
            records, lambda at, record: self._drafting.sound(at, record, seen)
        )
        named = [item for one in sound for item in self._kind.named(one.record)]
        own = [(self._resource, ref) for one in sound for ref in own_references(one.record)]
        known = await load_reference_cache(self._work, named, own)
        self._drafting.found = {
            ref: id_ for (res, ref), id_ in known.ids.items() if res is self._resource
        }
        found = self._drafting.found
        there = {found[r] for one in sound for r in own_references(one.record) if r in found}
        stored = await stored_rows(self._work, self._resource, there)
        known = replace(known, stored=self._seen(stored))
        drafts = self._rejects.drawn(
            ((one.position, one.record) for one in sound),
            lambda at, r: self._drafting.draft(at, r, known),
        )
        for draft in drafts:
            draft.stored = stored.get(draft.id)
            draft.id = draft.id or self._work.stores.new_id()
        ids = self._ids(drafts)
        return self._rejects.kept(drafts, lambda draft: self._completed(draft, ids))

    def _seen(self, stored: Mapping[str, Stored]) -> dict[Reference, Stored]:
        """The customers that the caller may see, by their references; of others nobody asks."""
        if self._resource is not CUSTOMER:
            return {}
        access = self._work.caller.accesses[self._resource.name].granted
        principal = self._work.caller.principal
        return {
            reference: stored[id_]
            for reference, id_ in self._drafting.found.items()
            if id_ in stored
            and not stored[id_].is_closed
            and access.allows(stored[id_].row, principal)
        }

    def _completed(self, draft: Draft, ids: Mapping[Reference, str]) -> None:
        if draft.stored is not None and draft.stored.is_unread:
            draft.leave_closed(draft.stored)
            return
        self._kind.resolve(draft, ids)
        draft.complete(self._resource, self._work.stores)
        if draft.stored is not None:
            region = self._work.region
            draft.sealed = dict(following(draft.stored, draft.row, draft.sealed, region))
        self._kind.check(draft)

    def _ids(self, drafts: Iterable[Draft]) -> dict[Reference, str]:
        own = {ref: draft.id for draft in drafts for ref in own_references(draft.record)}
        return self._drafting.found | own

    def _permitted(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Ask the policy once for rows with the same fields, and one by one where it refuses."""
        shapes: dict[tuple[Action, frozenset[str]], list[Draft]] = defaultdict(list)
        for draft in drafts:
            if draft.is_to_be_written:
                action = Action.CREATE if draft.stored is None else Action.UPDATE
                shapes[action, draft.changed].append(draft)
        refused: set[int] = set()
        for (action, fields), group in shapes.items():
            refused |= self._refused(action, fields, group)
        return [draft for draft in drafts if draft.position not in refused]

    def _refused(self, action: Action, fields: frozenset[str], group: Sequence[Draft]) -> set[int]:
        def permit(*some: Draft) -> None:
            rows = [row for d in some for row in (d.before, d.row) if row is not None]
            self._work.permit(action, self._resource, rows, fields)

        try:
            permit(*group)
        except ForbiddenError:
            kept = {draft.position for draft in self._rejects.kept(group, permit)}
            return {draft.position for draft in group} - kept
        return set()

    def _linked(self, drafts: list[Draft]) -> list[Draft]:
        """Without those that name a record which was itself refused, and so on."""
        while True:
            ids = self._ids(drafts)
            kept = self._rejects.kept(drafts, partial(_require_links, ids))
            if len(kept) == len(drafts):
                return kept
            drafts = kept

    async def _keys(self, drafts: Sequence[Draft]) -> dict[str, SealingKey]:
        vault, tenant = self._work.stores.vault, self._work.tenant
        new = [d.id for d in drafts if d.stored is None and self._subject(d) == d.id]
        keys = await vault.keys(tenant, {self._subject(draft) for draft in drafts} - {*new})
        if self._work.trial is not None:
            return keys
        return keys | await vault.create_keys(tenant, new) if new else keys

    def _subject(self, draft: Draft) -> str:
        return str(draft.row[self._resource.subject or "id"])

    def _require_key(self, draft: Draft, keys: Mapping[str, SealingKey]) -> None:
        if draft.is_to_be_written and not self._holds_key(draft, keys):
            raise erased()
        if draft.is_to_be_written and isinstance(keys.get(self._subject(draft)), ClosedKey):
            raise damaged(CUSTOMER)

    def _holds_key(self, draft: Draft, keys: Mapping[str, SealingKey]) -> bool:
        """Whether the person has a key, or would have one by now."""
        subject, trial = self._subject(draft), self._work.trial
        if trial is None or subject in keys:
            return subject in keys
        return trial.has(subject) or (draft.stored is None and subject == draft.id)

    def _try(self, drafts: Sequence[Draft]) -> None:
        """In a trial, remember what would be there."""
        trial = self._work.trial
        if trial is None:
            return
        for draft in drafts:
            trial.keep(self._resource, draft.row, draft.sealed)
            for reference in own_references(draft.record):
                trial.ids[self._resource.name, check_reference(reference)] = draft.id

    async def _write(self, drafts: Sequence[Draft], keys: Mapping[str, SealingKey]) -> None:
        new = [draft for draft in drafts if draft.stored is None]
        changed = [draft for draft in drafts if draft.stored is not None]
        await insert_rows(self._work, self._resource.table, [self._row(d, keys) for d in new])
        await replace_rows(self._work, self._resource.table, [self._row(d, keys) for d in changed])
        await self._index(drafts, {draft.id for draft in changed})
        for name, group in zip(self._kind.events, (new, changed), strict=True):
            if group:
                self._work.happened(self._event(name, group))

    def _row(self, draft: Draft, keys: Mapping[str, SealingKey]) -> dict[str, Any]:
        subject = self._subject(draft)
        key, whole = keys[subject], identified(draft.id, draft.sealed)
        pack = sealed_record(self._work.tenant, self._resource, draft.id, key, subject, whole)
        return {**draft.row, "sealed": pack}

    async def _index(self, drafts: Sequence[Draft], changed: Collection[str]) -> None:
        work, written = self._work, [(draft.row, draft.sealed) for draft in drafts]
        basis = await index_basis(
            work.connection, work.index, work.tenant, work.region, self._resource, written
        )
        found = index_records(basis, self._resource, written)
        coming = [row for row in found[lookup_tags] if row["row_id"] not in changed]
        await lookup_rows.count(work.connection, work.tenant, coming)
        for table, rows in found.items():
            await delete_rows(work, table, "row_id", changed)
            await insert_rows(work, table, rows)

    def _event(self, name: str, drafts: Sequence[Draft]) -> Event:
        return Event(
            name,
            self._resource.name,
            tuple(draft.id for draft in drafts),
            tuple(dict.fromkeys(map(self._subject, drafts))),
            tuple(sorted(frozenset().union(*(draft.changed for draft in drafts)))),
        )

    def _result(self, drafts: Sequence[Draft], touched: set[int]) -> BatchResult:
        created = sum(draft.stored is None for draft in drafts)
        updated = sum(
            draft.stored is not None and (bool(draft.changed) or draft.position in touched)
            for draft in drafts
        )
        unchanged = len(drafts) - created - updated
        refused = {one.position for one in self._rejects.found}
        skipped = tuple(one for one in self._drafting.skipped if one.position not in refused)
        return BatchResult(created, updated, unchanged, tuple(self._rejects.found), skipped)


def _require_links(ids: Mapping[Reference, str], draft: Draft) -> None:
    for field, reference in draft.links:
        if reference not in ids:
            raise unknown(field)
