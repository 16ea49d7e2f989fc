"""Import run: rows become records, records are written in batches, and each bad row is reported.

Running it again goes on where it was interrupted, since what is there already is left alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice
from pathlib import Path

import msgspec

from domain.importing.mapping.targets import RecordMaker
from domain.importing.plan import FilePlan
from domain.importing.records.faults_of_row import Attempt, Dropped
from domain.importing.records.records import PartnerAccountRecord, Record
from domain.importing.records.results import BatchResult, Rejection, rejection
from domain.importing.rejects import RowsFile, Told
from domain.importing.source.csv_source import BadRecord, GoodRecord
from domain.importing.withdrawals import withdrawals
from domain.importing.write.batches import BATCH_SIZE, BulkWriter
from domain.values import clock

Progress = Callable[[int, int], None]
"""Told how many rows and bytes of the file were done."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file, and how it was read. ``skipped`` counts parts of records that were taken in
    without them; ``notes_file`` lists those.
    """

    file: str
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None
    skipped: int = 0
    warnings: int = 0
    notes_file: str | None = None
    blank_rows: int = 0
    encoding: str = ""
    delimiter: str = ""


DUPLICATE = Rejection(
    0, "DUPLICATE", "reference", "an earlier row has this reference and says otherwise"
)
WITHDRAWN = Rejection(
    0, "WITHDRAWN", "consents", "the record was rejected, but its withdrawal of consent counts"
)
DROPPED = "characters that nobody sees were dropped from the cell, such as zero-width ones"


class _Repeat(Enum):
    NEW = auto()
    SAME = auto()
    OTHER = auto()


@dataclass(slots=True)
class _Seen:
    """The references of one file, so that a second record under the same one is noticed."""

    records: dict[int, int] = field(default_factory=dict)

    def judge(self, target: int, record: Record) -> _Repeat:
        """Whether an earlier row gave the same record, or another one under the same reference."""
        if isinstance(record, PartnerAccountRecord):
            return _Repeat.NEW
        key = hash((target, record.reference.system, record.reference.id))
        content = hash(msgspec.json.encode(record))
        if key not in self.records:
            self.records[key] = content
            return _Repeat.NEW
        return _Repeat.SAME if self.records[key] == content else _Repeat.OTHER


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, and what one target made of it."""

    row: GoodRecord
    record: Record
    attempt: Attempt


class _Report:
    """The files that tell what was not taken in, and how many records that were."""

    def __init__(self, file: str, rejects: RowsFile, notes: RowsFile) -> None:
        self.file = file
        self._rejects = rejects
        self._notes = notes
        self.rejected = 0
        self.skipped = 0
        self.warnings = 0

    def unread(self, record: BadRecord) -> None:
        """A row that could not be read."""
        self.rejected += 1
        self._rejects.tell(Told(record.line, "", record.code, record.reason))

    def refuse(self, row: GoodRecord, maker: RecordMaker, faults: Sequence[Rejection]) -> None:
        """All that is wrong with one record."""
        self.rejected += 1
        for fault in faults:
            self._rejects.tell(_told(row, maker, fault))

    def skip(self, row: GoodRecord, maker: RecordMaker, fault: Rejection) -> None:
        """A part that a record was taken in without."""
        self.skipped += 1
        self._notes.tell(_told(row, maker, fault))

    def warn(self, row: GoodRecord, maker: RecordMaker, warning: Rejection) -> None:
        """Something that somebody should look at; the record was taken in."""
        self.warnings += 1
        self._notes.tell(_told(row, maker, warning))

    def drop(self, row: GoodRecord, dropped: Dropped) -> None:
        """What nobody sees, of a record that was taken in."""
        self.warnings += 1
        self._notes.tell(
            Told(row.line, dropped.part, code="INVISIBLE", reason=DROPPED, column=dropped.column)
        )

    def flush(self) -> None:
        """Write the files."""
        self._rejects.flush()
        self._notes.flush()


def _told(row: GoodRecord, maker: RecordMaker, fault: Rejection) -> Told:
    column = maker.origin(fault.field, fault.place, row.cells)
    return Told(row.line, fault.field, fault.code, fault.reason, column)


class ImportRun:
    """Imports files one after the other."""

    def __init__(self, writer: BulkWriter, *, batch_size: int = BATCH_SIZE) -> None:
        self._writer = writer
        self._batch_size = batch_size

    async def file(self, plan: FilePlan, rejects_path: Path, progress: Progress) -> FileResult:
        """Import one file; raises what ``BulkWriter.write`` raises."""
        total, rows, seen, source = BatchResult(), 0, _Seen(), plan.source
        notes_path = rejects_path.with_name(f"{source.path.name}.notes.csv")
        with RowsFile(rejects_path) as rejects, RowsFile(notes_path) as notes:
            report = _Report(source.path.name, rejects, notes)
            records = source.records()
            while batch := list(islice(records, self._batch_size)):
                rows += len(batch)
                for maker, lines, again in _lines(plan, batch, seen, report):
                    taken, refused = await self._write(maker, lines, report)
                    total += taken + await self._withdraw(maker, [*refused, *again], report)
                report.flush()
                progress(rows, source.position)
        return FileResult(
            file=source.path.name,
            rows=rows,
            created=total.created,
            updated=total.updated,
            unchanged=total.unchanged,
            rejected=report.rejected,
            rejects_file=str(rejects_path) if report.rejected else None,
            skipped=report.skipped,
            warnings=report.warnings,
            notes_file=str(notes_path) if notes.lines else None,
            blank_rows=source.blank_rows,
            encoding=source.encoding.shown,
            delimiter=source.dialect.shown,
        )

    async def _write(
        self, maker: RecordMaker, lines: Sequence[_Line], report: _Report
    ) -> tuple[BatchResult, list[_Line]]:
        """How many records were taken in, and the lines of those that were not."""
        result = await self._writer.write(
            [line.record for line in lines],
            lenient=maker.lenient,
            attempts={
                place: line.attempt
                for place, line in enumerate(lines)
                if line.attempt.faults or line.attempt.skipped
            },
            lines=[f"line {line.row.line} of {report.file}" for line in lines],
        )
        by_place: dict[int, list[Rejection]] = {}
        for one in result.rejected:
            by_place.setdefault(one.position, []).append(one)
        for place, faults in by_place.items():
            report.refuse(lines[place].row, maker, faults)
        for one in result.skipped:
            report.skip(lines[one.position].row, maker, one)
        for one in result.warnings:
            report.warn(lines[one.position].row, maker, one)
        for place, line in enumerate(lines):
            for dropped in line.attempt.dropped if place not in by_place else ():
                report.drop(line.row, dropped)
        taken = BatchResult(result.created, result.updated, result.unchanged)
        return taken, [lines[place] for place in by_place]

    async def _withdraw(
        self, maker: RecordMaker, refused: Iterable[_Line], report: _Report
    ) -> BatchResult:
        """What refused rows withdraw is withdrawn all the same, of whoever is there."""
        left = withdrawals([(one.row, one.record) for one in refused], clock.now())
        if not left:
            return BatchResult()
        result = await self._writer.write([record for _, record in left])
        outside = {one.position for one in result.rejected}
        for place, (row, _) in enumerate(left):
            if place not in outside:
                report.warn(row, maker, WITHDRAWN)
        return BatchResult(updated=result.updated)


def _lines(
    plan: FilePlan, batch: Sequence[GoodRecord | BadRecord], seen: _Seen, report: _Report
) -> Iterator[tuple[RecordMaker, list[_Line], list[_Line]]]:
    """The records of a batch with their rows, target by target: the first may be named by the next. Apart
    are those that say otherwise than an earlier one with their reference; they are refused.
    """
    good = []
    for record in batch:
        if isinstance(record, BadRecord):
            report.unread(record)
        else:
            good.append(record)
    for target, maker in enumerate(plan.makers):
        lines: list[_Line] = []
        for row in good:
            attempt = maker.attempt(row.cells)
            made = attempt.record
            if attempt.faults and (made is None or isinstance(made, PartnerAccountRecord)):
                report.refuse(row, maker, [rejection(0, fault) for fault in attempt.faults])
            elif made is not None:
                lines.append(_Line(row, made, attempt))
        repeats = [(line, _repeated(target, line, seen)) for line in lines]
        again = [line for line, repeat in repeats if repeat is _Repeat.OTHER]
        for line in again:
            report.refuse(line.row, maker, [DUPLICATE])
        yield maker, [line for line, repeat in repeats if repeat is _Repeat.NEW], again


def _repeated(target: int, line: _Line, seen: _Seen) -> _Repeat:
    return _Repeat.NEW if line.attempt.faults else seen.judge(target, line.record)
