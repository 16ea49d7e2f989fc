"""Pages of parents, made of the rows of one statement."""

from collections.abc import Mapping, Sequence

from domain.access.row_visibility import Row
from domain.reading.plan.plan import Connection
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.record_code import Tree
from domain.reading.rows.tree import Page


def grouped(rows: Sequence[Row], parent: int, keys: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of each parent, whose id stands in that column."""
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in rows:
        found[row[parent]].append(row)
    return found


class Pages:
    """The rows that the pages of one connection keep, by parent; one more was asked for of each."""

    def __init__(self, plan: Connection, size: int, found: Mapping[str, Sequence[Row]]) -> None:
        self._plan = plan
        self._size = size
        self._found = found
        if plan.backwards:
            self._kept = {key: rows[:size][::-1] for key, rows in found.items()}
        else:
            self._kept = {key: rows[:size] for key, rows in found.items()}
        self.rows: Sequence[Row] = (
            next(iter(self._kept.values()))
            if len(self._kept) == 1
            else [row for rows in self._kept.values() for row in rows]
        )

    def nodes(self, name: str, trees: Sequence[Sequence[Tree]]) -> dict[str, Tree]:
        """The pages where only their records are asked for, under that name."""
        (made,) = trees
        pages, start = {}, 0
        for key, rows in self._kept.items():
            end = start + len(rows)
            pages[key] = {name: made[start:end]}
            start = end
        return pages

    def filled(
        self,
        trees: Sequence[Sequence[Tree]],
        place: slice,
        sealer: CursorSealer | None,
        given: str | None = None,
    ) -> dict[str, Page]:
        """The pages, with the trees of each selection; ``place`` are the columns of a row's place in
        the order, ``given`` is the cursor of the request.
        """
        pages, start = {}, 0
        for key, rows in self._kept.items():
            end = start + len(rows)
            pages[key] = Page(
                trees=[made[start:end] for made in trees],
                length=len(rows),
                positions=[row[place] for row in rows] if sealer else (),
                has_more=len(self._found[key]) > self._size,
                has_cursor=self._plan.cursor is not None,
                given=given,
                sealer=sealer,
            )
            start = end
        return pages
