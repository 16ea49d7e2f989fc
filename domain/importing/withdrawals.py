"""Withdrawal in a refused row: whatever else is wrong with the row, what it withdraws is withdrawn."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from domain.importing.records.records import CustomerRecord, Record, Reference
from domain.importing.write.consents import withdrawals_of

Row = TypeVar("Row")


def withdrawals(
    refused: Iterable[tuple[Row, Record]], now: datetime
) -> list[tuple[Row, CustomerRecord]]:
    """Records that do nothing but withdraw, one for each reference, with the first row of each."""
    found: dict[Reference, tuple[Row, CustomerRecord]] = {}
    for row, record in refused:
        left = withdrawals_of(record, now) if isinstance(record, CustomerRecord) else None
        if left is not None:
            first, known = found.get(left.reference, (row, None))
            consents = (*(known.consents if known else ()), *left.consents)
            found[left.reference] = first, replace(left, consents=consents)
    return list(found.values())
