"""Bulk load of many records: validated by the rules of the commands, written in batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import Any, NoReturn

from domain.access.access_log import AccessLog
from domain.access.caller import Caller
from domain.entities.customers import CUSTOMER
from domain.hooks import HOOKS
from domain.importing.records.faults_of_row import Attempt
from domain.importing.records.records import (
    CustomerRecord,
    DeclaredRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    PartnerAccountRecord,
    Record,
)
from domain.importing.records.results import BatchResult
from domain.importing.write.customers import Customers
from domain.importing.write.declared import DeclaredKind
from domain.importing.write.duplicate_warning import SamePersons
from domain.importing.write.import_kinds import ImportKind
from domain.importing.write.interactions import Interactions
from domain.importing.write.members import Members
from domain.importing.write.opportunities import Opportunities
from domain.importing.write.partner_accounts import upsert_partner_accounts
from domain.importing.write.upsert import Numbered, Upsert
from domain.writing.trial import Trial
from domain.writing.unit_of_work import Stores, UnitOfWork, unit_of_work
from domain.writing.verbs.hooks import DECLARED, HooksByEntity
from domain.writing.verbs.links import entity_named

BATCH_SIZE = 2_500

_KINDS: Mapping[type[Any], ImportKind] = {
    MemberRecord: Members(),
    CustomerRecord: Customers(),
    InteractionRecord: Interactions(),
    OpportunityRecord: Opportunities(),
}


class BulkWriter:
    """Upserts by external reference: what is there already and the same is left alone.

    A record names others that are there, that came before it, or, for a manager and for related
    customers, that stand in the same batch. Fields that a record does not give stay as they are.

    To ``check`` only writes nothing: no row, no key, no job, and of the audit only what was opened.
    """

    def __init__(
        self,
        stores: Stores,
        caller: Caller,
        region: str,
        *,
        batch_size: int = BATCH_SIZE,
        check: bool = False,
        hooks: HooksByEntity = HOOKS,
    ) -> None:
        self._hooks = hooks
        self._trial = Trial() if check else None
        self._same = SamePersons()
        self._stores = stores
        self._caller = caller
        self._region = region
        self._batch_size = batch_size

    async def write(
        self,
        records: Sequence[Record],
        *,
        lenient: frozenset[str] = frozenset(),
        attempts: Mapping[int, Attempt] | None = None,
        lines: Sequence[str] = (),
    ) -> BatchResult:
        """Write the records in their order, one transaction for each run of one kind.

        The parts in ``lenient`` are left out where they are wrong. ``attempts`` tell, by position, what
        was wrong with a record before, so that it is refused with all that is. ``lines`` tell where each
        record stands: where they are given, whoever looks like somebody else is warned of.

        Raises ``ForbiddenError`` where the policy refuses what hangs on a record, ``ConflictError``
        where another writer took a reference meanwhile, and ``DatabaseUnavailableError``; what was
        written by then stays, and writing the same records again is safe.
        """
        run = _Run(lenient, attempts or {}, lines, self._same, self._hooks)
        results = [await self._batch(batch, run) for batch in _batches(records, self._batch_size)]
        return reduce(add, results, BatchResult())

    async def _batch(self, records: Numbered, run: "_Run") -> BatchResult:
        if self._trial is None:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                return await _upsert(work, records, run)
        access_log = AccessLog()
        try:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                work.trial, access_log = self._trial, work.access_log
                _undo(await _upsert(work, records, run))
        except _UndoneError as undone:
            await self._tell_opened(access_log)
            return undone.result

    async def _tell_opened(self, access_log: AccessLog) -> None:
        """What a trial opened to compare it is audited like any other reading."""
        if access_log:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                work.access_log.subjects |= access_log.subjects
                work.access_log.fields |= access_log.fields


class _UndoneError(Exception):
    """The end of a trial: the transaction is rolled back."""

    def __init__(self, result: BatchResult) -> None:
        super().__init__()
        self.result = result


def _undo(result: BatchResult) -> NoReturn:
    raise _UndoneError(result)


@dataclass(frozen=True, slots=True)
class _Run:
    """What is known of the records of one call."""

    lenient: frozenset[str]
    attempts: Mapping[int, Attempt]
    lines: Sequence[str]
    same: SamePersons
    hooks: HooksByEntity


async def _upsert(work: UnitOfWork, records: Numbered, run: _Run) -> BatchResult:
    accounts = [(at, r) for at, r in records if isinstance(r, PartnerAccountRecord)]
    if accounts:
        return await upsert_partner_accounts(work, accounts)
    kind = _kind_of(work, records[0][1], run.hooks)
    upsert = Upsert(work, kind, run.lenient, run.attempts)
    if not run.lines or kind.resource is not CUSTOMER:
        return await upsert.run(records)
    await run.same.begin(work)
    result = await upsert.run(records)
    return result + BatchResult(warnings=await run.same.among(work, upsert.taken, run.lines))


def _kind_of(work: UnitOfWork, record: Record, hooks: HooksByEntity) -> ImportKind:
    if not isinstance(record, DeclaredRecord):
        return _KINDS[type(record)]
    named = partial(entity_named, work)
    return DeclaredKind(named(record.entity), named, hooks.get(record.entity, DECLARED))


def _batches(records: Sequence[Record], size: int) -> Iterator[Numbered]:
    """Runs of records of one kind, each at most ``size`` long."""
    batch: list[tuple[int, Record]] = []
    for position, record in enumerate(records):
        if batch and (len(batch) == size or _sort(record) != _sort(batch[0][1])):
            yield batch
            batch = []
        batch.append((position, record))
    if batch:
        yield batch


def _sort(record: Record) -> object:
    return record.entity if isinstance(record, DeclaredRecord) else type(record)
