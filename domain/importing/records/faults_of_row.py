"""Notification of the faults of one row: all of them are gathered, and what may be left out is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.importing.records.records import Record
from domain.values.errors import InvalidInputError, SeveralFaultsError


@dataclass(slots=True)
class Notes:
    """``faults`` refuse the record, and ``is_hopeless`` says that nothing more can be found of it;
    ``skipped`` were left out of it.
    """

    faults: list[InvalidInputError] = field(default_factory=list)
    skipped: list[InvalidInputError] = field(default_factory=list)
    is_hopeless: bool = False
    written: Mapping[str, str] = field(default_factory=dict)
    """The row as the file has it, with what nobody sees."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Characters that nobody sees were dropped from a column, of which a part of the record is made."""

    part: str
    column: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a row gives: its record, as far as there is one, and what was found on the way."""

    record: Record | None
    faults: tuple[InvalidInputError, ...] = ()
    skipped: tuple[InvalidInputError, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def whole(self) -> Record | None:
        """The record; raises ``InvalidInputError`` with all faults where there are some."""
        if not self.faults:
            return self.record
        first = self.faults[0]
        if len(self.faults) == 1:
            raise first
        raise SeveralFaultsError(first.message, first.path, several=self.faults)
