"""Plain texts of a tenant, in the clear: how they stand there, and what finds any part of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import regex

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.searching.modes import Modes
from domain.searching.query import Query, QueryWord
from domain.searching.sources import Source, sources_of
from domain.searching.spelling.earlier import earlier_spellings
from domain.searching.spelling.folding import lines
from domain.validation.values import text as checked
from domain.values.errors import InvalidInputError

PART_MIN, PART_MAX = 3, 64
SPELLINGS = 6
_FOUND_BY_INDEX = regex.compile(rf"[\p{{L}}\p{{N}}]{{{PART_MIN}}}")
_WILD = str.maketrans({wild: f"\\{wild}" for wild in "\\%_"})

Patterns = list[list[str | None]] | None
"""For each part its spellings as patterns of ``LIKE``, of which one must fit; nothing finds nothing."""


def plain_texts(resource: Entity, values: Values, modes: Modes) -> Iterator[tuple[str, str]]:
    """The searched texts of a row that stand in the clear, by their names: each in its spellings."""
    for source in sources_of(resource):
        if modes.is_plain(source) and (text := _in_the_clear(source.texts(values))):
            yield source.name, text


def _in_the_clear(texts: Iterable[str]) -> str:
    """Lines, which no part that is looked for goes beyond. PostgreSQL's text holds no NUL."""
    return "\n".join(dict.fromkeys(one for text in texts for one in lines(text))).replace("\0", "")


def patterns_of_part(value: str, path: tuple[str, ...]) -> Patterns:
    """What finds the texts that have a part; raises ``InvalidInputError`` for one by which no index finds
    anything.
    """
    part = checked(path[-1], value, length_max=PART_MAX)
    found = tuple(dict.fromkeys((*lines(part), *earlier_spellings(part))))[:SPELLINGS]
    if not any(map(_is_long_enough, found)):
        message = f"a part has at least {PART_MIN} letters or digits in a row"
        raise InvalidInputError(message, path)
    return [_patterns(found)]


def patterns_of_words(query: Query) -> Patterns:
    """What finds the texts that have all words of a query somewhere; nothing if all are too short."""
    if not any(map(_is_long_enough, (one for word in query.words for one in word.spellings))):
        return None
    return [_patterns(_of_word(word)) for word in query.words]


def has_all(query: Query, text: str) -> bool:
    """Whether a text that stands in the clear is found by ``patterns_of_words``."""
    known = lines(text)
    return patterns_of_words(query) is not None and all(
        any(part in one for one in known for part in _of_word(word)) for word in query.words
    )


def _of_word(word: QueryWord) -> Sequence[str]:
    return (*word.spellings, *word.joined, *word.earlier)[:SPELLINGS]


def _is_long_enough(part: str) -> bool:
    return _FOUND_BY_INDEX.search(part) is not None


def _patterns(parts: Sequence[str]) -> list[str | None]:
    found: list[str | None] = [f"%{part.translate(_WILD)}%" for part in parts]
    return found + [None] * (SPELLINGS - len(found))


def text_rows(
    owner: Values, resource: Entity, sealed: Values, modes: Modes
) -> list[dict[str, Any]]:
    """The rows that hold a record's searched texts in the clear; ``owner`` is what they have in common."""
    return [
        {**owner, "field": name, "text": text}
        for name, text in plain_texts(resource, sealed, modes)
    ]


def bound(
    name: str, sources: Sequence[Source], modes: Modes, wanted: Patterns
) -> Mapping[str, Patterns]:
    """The parameters by which the texts of those sources are asked that stand in the clear."""
    return {
        part_name(name, number): wanted if modes.is_plain(source) else None
        for number, source in enumerate(sources)
    }


def part_name(name: str, number: int) -> str:
    """The parameter that holds what finds the text of a source."""
    return f"{name}_part_{number}"
