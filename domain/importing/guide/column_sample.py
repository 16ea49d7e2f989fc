"""Sample of a file's columns: how many cells are filled and what they look like, and never a cell."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice

from domain.importing.source.csv_source import CsvSource, GoodRecord

ROWS = 1_000
CELLS = 1_000_000
"""Of a file with very many columns fewer rows are looked at."""
_FILLED = 0.9
FORMS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%Y%m%d",
)
TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M:%SZ", " %I:%M %p")


class Sample:
    """The first rows by column."""

    def __init__(self, source: CsvSource) -> None:
        self.rows = 0
        self._cells: dict[str, list[str]] = defaultdict(list)
        rows = min(ROWS, max(1, CELLS // len(source.header())))
        for record in islice(source.records(), rows):
            if isinstance(record, GoodRecord):
                self.rows += 1
                for name, cell in record.cells.items():
                    if cell.strip():
                        self._cells[name].append(cell.strip())

    def hint(self, column: str) -> str:
        """What the column looks like."""
        cells = self._cells[column]
        if not cells:
            return "empty"
        if self.date_form(column) or self.time_form(column):
            kind = "dates"
        elif all(cell.lstrip("+-").replace(".", "").replace(",", "").isdecimal() for cell in cells):
            kind = "numbers"
        else:
            kind = "text"
        return f"{kind}, {len(cells)} of {self.rows} rows"

    def is_key(self, column: str) -> bool:
        """Whether nearly every row has a value there, and no two the same."""
        cells = self._cells[column]
        return len(set(cells)) == len(cells) and len(cells) >= _FILLED * self.rows

    def date_form(self, column: str) -> str | None:
        """The one form that all dates have; nothing where several fit, such as 1/2/2024."""
        return self._form(column, FORMS)

    def time_form(self, column: str) -> str | None:
        """The same of dates with a time."""
        return self._form(column, (day + time for day in FORMS for time in TIMES[1:]))

    def _form(self, column: str, forms: Iterable[str]) -> str | None:
        cells = self._cells[column]
        fitting = [form for form in forms if cells and all(map(_fits(form), cells))]
        return fitting[0] if len(fitting) == 1 else None


def _fits(form: str) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        try:
            parsed = datetime.strptime(cell, form)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            return False
        return parsed.date() <= date(2200, 1, 1)

    return fits
