"""A run: rows become records, records are written in batches, and each bad row is reported.

Running it again goes on where it was interrupted, since what is there already is left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice
from pathlib import Path

import msgspec

from domain.errors import FarleyError
from domain.importing.plan import FilePlan
from domain.importing.records import PartnerAccountRecord, Record
from domain.importing.rejects import RejectsFile
from domain.importing.results import BatchResult
from domain.importing.source.csv_source import BadRecord, GoodRecord
from domain.importing.write.bulk import BATCH_SIZE, BulkWriter

Progress = Callable[[int, int], None]
"""Told how many rows and bytes of the file were done."""

Line = tuple[int, Record]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file."""

    file: str
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None


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


class ImportRun:
    """Imports files one after the other."""

    def __init__(self, writer: BulkWriter, *, batch_size: int = BATCH_SIZE) -> None:
        self._writer = writer
        self._batch_size = batch_size

    async def file(self, plan: FilePlan, rejects_path: Path, progress: Progress) -> FileResult:
        """Import one file; raises what ``BulkWriter.write`` raises."""
        total, rows, seen = BatchResult(), 0, _Seen()
        with RejectsFile(rejects_path) as rejects:
            records = plan.source.records()
            while batch := list(islice(records, self._batch_size)):
                rows += len(batch)
                for lines in _lines(plan, batch, seen, rejects):
                    total += await self._write(lines, rejects)
                progress(rows, plan.source.position)
        return FileResult(
            file=plan.source.path.name,
            rows=rows,
            created=total.created,
            updated=total.updated,
            unchanged=total.unchanged,
            rejected=rejects.count,
            rejects_file=str(rejects_path) if rejects.count else None,
        )

    async def _write(self, lines: Sequence[Line], rejects: RejectsFile) -> BatchResult:
        result = await self._writer.write([record for _, record in lines])
        for one in result.rejected:
            rejects.write(lines[one.position][0], one.field, one.code, one.reason)
        return BatchResult(result.created, result.updated, result.unchanged)


def _lines(
    plan: FilePlan, batch: Sequence[GoodRecord | BadRecord], seen: _Seen, rejects: RejectsFile
) -> Iterator[list[Line]]:
    """The records of a batch with their lines, target by target: the first may be named by the next."""
    good = []
    for record in batch:
        if isinstance(record, BadRecord):
            rejects.write(record.line, "", record.code, record.reason)
        else:
            good.append(record)
    for target, maker in enumerate(plan.makers):
        lines: list[Line] = []
        for row in good:
            try:
                made = maker.make(row.cells)
            except FarleyError as error:
                rejects.write(row.line, ".".join(error.path), error.code, error.message)
                continue
            if made is not None:
                lines.append((row.line, made))
        yield [line for line in lines if _is_new(target, line, seen, rejects)]


def _is_new(target: int, line: Line, seen: _Seen, rejects: RejectsFile) -> bool:
    repeat = seen.judge(target, line[1])
    if repeat is _Repeat.OTHER:
        rejects.write(
            line[0],
            "reference",
            "DUPLICATE",
            "an earlier row has this reference and says otherwise",
        )
    return repeat is _Repeat.NEW
