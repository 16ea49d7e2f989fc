"""Records of declared entities, imported: their values are judged as the verbs judge them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.names import RECORD
from domain.importing.records.records import Attached, DeclaredRecord, Reference
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.drafts.reference_cache import Named, ReferenceCache
from domain.importing.write.import_kinds import (
    Check,
    Ids,
    forget_findings,
    kept_references,
    look_through,
    nothing_to_check,
)
from domain.validation.values import kept_value
from domain.values.errors import ConflictError, InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import require_states
from domain.writing.verbs.hooks import Hooks, defaults, no_such_field
from domain.writing.verbs.values import parted

CREATED_AT, REFERENCES = "created_at", "external_references"


class DeclaredKind:
    """What is imported of an entity follows from its declaration. ``named`` finds entities by name."""

    def __init__(self, entity: Entity, named: Callable[[str], Entity], hooks: Hooks) -> None:
        self.resource = entity
        self.events = (hooks.event(entity, "Created"), hooks.event(entity, "Updated"))
        self._named = named
        self._states = hooks.states
        self._imported = {field.name: field for field in entity.imported}
        self._stays = entity.fixed

    def named(self, record: DeclaredRecord) -> Iterable[Named]:
        for name, value in record.values.items():
            if isinstance(value, Attached):
                yield self._named(value.entity), value.reference
            elif isinstance(value, Reference) and name in self._imported:
                yield self._named(self._imported[name].target), value

    def draft(self, position: int, record: DeclaredRecord, known: ReferenceCache) -> Draft:
        faults, kept, links = Faults(), dict[str, Any](), list[tuple[str, Reference]]()
        for name, value in record.values.items():
            field = self._imported.get(name)
            if field is None:
                faults.note(no_such_field(name))
            elif isinstance(value, Reference) and field.target == self.resource.name:
                links.append((name, value))
            elif isinstance(value, Attached):
                kept |= faults.of(self._attached, value, known) or {}
            else:
                kept[name] = faults.of(self._kept, field, value, known)
        row, sealed = parted(self.resource, kept)
        sealed[REFERENCES] = faults.of(kept_references, record)
        faults.settle()
        return Draft(position, record, record.reference, row, sealed, tuple(links))

    def _attached(self, value: Attached, known: ReferenceCache) -> dict[str, str]:
        """The record that it hangs on, as callers name it, and whose data both are."""
        entity = self._named(value.entity)
        id_, customer = known.attached(entity, value.reference, RECORD)
        return {RECORD: f"{entity.prefix}_{id_}", str(self.resource.of): customer}

    def _kept(self, field: Field, value: Any, known: ReferenceCache) -> Any:
        if isinstance(value, Reference):
            return known.named(self._named(field.target), value, field.name)
        if field.target and value is not None:
            return known.by_code(self._named(field.target), value, field.name)
        if field.name == CREATED_AT and value is not None and value > known.now:
            raise InvalidInputError("it cannot lie in the future", (field.name,))
        return kept_value(field, value)

    def resolve(self, draft: Draft, ids: Ids) -> None:
        for name, reference in draft.links:
            if reference in ids:
                draft.row[self._imported[name].column] = ids[reference]
        if draft.stored is None:
            return
        faults, stored = Faults(), {**draft.stored.row, **draft.stored.sealed}
        for name in self._stays:
            column = self.resource.by_name[name].column
            given = draft.row.pop(column, draft.sealed.pop(column, None))
            if name in self._imported and given is not None and given != stored.get(column):
                faults.note(ConflictError("it stays as it was given at first", (name,)))
        faults.settle()

    def check(self, draft: Draft) -> None:
        # What follows from the rest nobody gives: no right is asked for it.
        draft.changed &= frozenset(self._imported)
        if draft.stored is None:
            for name, value in defaults(self.resource).items():
                column = self.resource.by_name[name].column
                if draft.row.get(column) is None:
                    draft.row[column] = value
            draft.row |= self.resource.own_subject(draft.row)
        elif draft.changed:
            require_states(draft.stored, self._states)
        whole, faults = {**draft.row, **draft.sealed}, Faults()
        for field in self._imported.values():
            if field.must_be_given and _is_missing(whole.get(field.column)):
                faults.note(InvalidInputError("it may not be empty", (field.name,)))
        faults.settle()
        forget_findings(draft, self.resource)

    async def precheck(self, _work: UnitOfWork, _drafts: Sequence[Draft]) -> Check:
        return nothing_to_check

    async def after_write(self, work: UnitOfWork, drafts: Sequence[Draft], _ids: Ids) -> set[int]:
        look_through(work, self.resource, drafts)
        return set()


def _is_missing(value: object) -> bool:
    return value is None or value == ""
