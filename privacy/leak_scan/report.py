"""Report of a leak scan, what was found and what was looked through: numbers and places, never a value."""

from collections.abc import Iterator
from dataclasses import dataclass

from privacy.leak_scan.scanner import Meaning

FINDS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Find:
    """A value in a place: ``place`` is a column or a file, ``first`` the row or line of the first of
    ``count`` times that it stands there in this form.
    """

    needle: int
    place: str
    form: str
    first: str
    count: int


class Report:
    """Collects finds, up to ``FINDS_MAX`` different ones, and what could not be read."""

    def __init__(self) -> None:
        self._finds: dict[tuple[str, Meaning], tuple[str, int]] = {}
        self.more = 0
        """Finds beyond those that are told."""
        self.tables = self.files = self.size = 0
        self.unread: list[str] = []
        """What the search was asked for and could not read."""
        self.closed: list[str] = []
        """Catalogues that only a superuser may read."""

    def add(self, place: str, first: str, meaning: Meaning) -> None:
        """Note a find."""
        key = place, meaning
        known = self._finds.get(key)
        if known is None and len(self._finds) >= FINDS_MAX:
            self.more += 1
        else:
            where, count = known or (first, 0)
            self._finds[key] = where, count + 1

    def finds(self) -> Iterator[Find]:
        """The finds in the order of the values and places."""
        for (place, meaning), (first, count) in sorted(
            self._finds.items(), key=lambda item: (item[0][1].value, item[0])
        ):
            yield Find(meaning.value, place, meaning.encoding, first, count)

    @property
    def found(self) -> bool:
        """Whether any value was found."""
        return bool(self._finds)
