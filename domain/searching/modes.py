"""Search modes: how a text may be found, which a tenant chooses, and what it leaves in the database."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from domain.declaration.entity import Entity
from domain.declaration.kinds import Manner
from domain.declaration.registry import Registry
from domain.searching.sources import Source, is_indexed, searched, sources_of
from domain.values.errors import InvalidInputError
from privacy import caches


class SearchMode(StrEnum):
    """From what tells a thief of the database least to what is found best."""

    EXACT = "EXACT"
    """Keyed tokens of whole words and of the whole: no beginnings, no typos, no sounds, no other forms.
    Of addresses no tokens at all.
    """
    FUZZY = "FUZZY"
    """Keyed tokens of beginnings, of words that are alike and of other forms as well."""
    PLAIN = "PLAIN"
    """Those, and the text itself in the clear, in one spelling: found by any part."""


class ChosenText(NamedTuple):
    """A text for which a mode is chosen, of the records of an entity."""

    entity: Entity
    source: Source


STRICTNESS = tuple(SearchMode)

_WHOLE = frozenset({Manner.ADDRESS, Manner.REFERENCE})
_TOKENS_ONLY = frozenset({Manner.ADDRESS, Manner.BODY, Manner.REFERENCE})
"""Addresses tell who somebody is, and a free text may hold anything: neither is kept in the clear."""


@lru_cache(maxsize=caches.REGISTRIES)
def chosen_for(registry: Registry) -> Mapping[str, ChosenText]:
    """The texts for which a mode is chosen, by name; the others are no secret, or are found whole."""
    return MappingProxyType(
        {
            source.name: ChosenText(entity, source)
            for entity in searched(registry)
            if is_indexed(entity)
            for source in sources_of(entity)
            if source.manner is not Manner.REFERENCE
        }
    )


def usual(source: Source) -> SearchMode:
    """The mode where nothing was chosen."""
    return SearchMode.EXACT if source.manner in _WHOLE else SearchMode.FUZZY


def offered(source: Source) -> tuple[SearchMode, ...]:
    """The modes that there are for a text."""
    without = {SearchMode.PLAIN} if source.manner in _TOKENS_ONLY else set()
    return tuple(mode for mode in SearchMode if mode not in without)


def stricter(one: SearchMode, other: SearchMode) -> SearchMode:
    """That which leaves less in the database and finds less."""
    return min(one, other, key=STRICTNESS.index)


class Modes:
    """The mode of each text; the usual one where nothing was chosen."""

    __slots__ = ("_chosen",)

    def __init__(self, chosen: Mapping[str, SearchMode]) -> None:
        self._chosen = chosen

    def of(self, source: Source) -> SearchMode:
        """The mode of a text."""
        return self._chosen.get(source.name) or usual(source)

    def is_plain(self, source: Source) -> bool:
        """Whether the text stands in the clear."""
        return self.of(source) is SearchMode.PLAIN

    def offers(self, source: Source, needed: SearchMode) -> bool:
        """Whether the text is found by all that ``needed`` has."""
        return stricter(self.of(source), needed) is needed

    def require(self, source: Source, needed: SearchMode, path: tuple[str, ...]) -> None:
        """Raise ``InvalidInputError`` unless the mode offers what ``needed`` does; the last of ``path``
        is what was asked.
        """
        mode = self.of(source)
        if not self.offers(source, needed):
            message = f"{source.name} is searched in the mode {mode}, which has no {path[-1]}"
            raise InvalidInputError(message, path, code="SEARCH_MODE")


USUAL_MODES = Modes({})
