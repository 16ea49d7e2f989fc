"""Drafting of records: each is found again by its references, and all that is wrong with it is reported."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.importing.records.faults_of_row import Attempt
from domain.importing.records.records import Record, Reference
from domain.importing.records.results import Rejection, rejection
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.drafts.reference_cache import ReferenceCache
from domain.importing.write.import_kinds import ImportKind, check_reference, own_references
from domain.importing.write.lenience import together, without
from domain.values.errors import ConflictError, FarleyError, InvalidInputError


@dataclass(frozen=True, slots=True)
class Sound:
    """A record whose references can be looked for."""

    position: int
    record: Record


class Drafting:
    """Drafts of one batch. ``found`` are the ids of the records that are there; ``skipped`` is what records
    go on without.
    """

    def __init__(
        self, kind: ImportKind, lenient: frozenset[str], attempts: Mapping[int, Attempt] | None
    ) -> None:
        self._kind = kind
        self._lenient = lenient
        self._attempts = attempts or {}
        self.found: dict[Reference, str] = {}
        self.skipped: list[Rejection] = []

    def sound(self, position: int, record: Record, seen: set[str]) -> Sound:
        """Its references are well-formed and not those of an earlier record."""
        faults = self._faults(position)
        try:
            for _, reference in self._kind.named(record):
                check_reference(reference)
            mine = {check_reference(reference) for reference in own_references(record)}
        except FarleyError as error:
            raise together(faults, error) from None
        if faults:
            return Sound(position, record)
        if not seen.isdisjoint(mine):
            raise InvalidInputError(
                "an earlier record has this reference", ("external_references",), code="DUPLICATE"
            )
        seen.update(mine)
        return Sound(position, record)

    def _faults(self, position: int) -> tuple[FarleyError, ...]:
        """What was wrong with the record before it came here."""
        return self._attempts[position].faults if position in self._attempts else ()

    def draft(self, position: int, record: Record, known: ReferenceCache) -> Draft:
        """The draft, without the parts that are wrong and may be left out; raises all that is wrong."""
        faults, skipped = self._faults(position), list[FarleyError]()
        draft = None
        while draft is None:
            try:
                draft = self._drawn(position, record, known)
            except FarleyError as error:
                thinner = without(record, error, self._lenient, known.now)
                if thinner is None:
                    raise together(faults, error) from None
                skipped += error.faults
                record = thinner
        if faults:
            raise together(faults[:-1], faults[-1])
        if position in self._attempts:
            earlier = self._attempts[position].skipped
            told = {fault.path for fault in earlier}
            skipped = [*earlier, *(one for one in skipped if one.path not in told)]
        draft.left = frozenset(fault.path[0] for fault in skipped)
        self.skipped += (rejection(position, fault) for fault in skipped)
        return draft

    def _drawn(self, position: int, record: Record, known: ReferenceCache) -> Draft:
        matches = {self.found[r] for r in own_references(record) if r in self.found}
        if len(matches) > 1:
            raise ConflictError("its references belong to two records", ("external_references",))
        draft = self._kind.draft(position, record, known)
        draft.id = next(iter(matches), "")
        return draft
