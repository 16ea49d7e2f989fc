"""Search tokens: those that a row leaves, and those by which a query finds it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.declaration.kinds import Manner
from domain.searching.alike import is_compared, shortened, sound, wanted
from domain.searching.modes import Modes, SearchMode
from domain.searching.query import WORDS_MAX, Query, QueryWord
from domain.searching.sources import Source, sources_of
from domain.searching.spelling.earlier import earlier_spellings
from domain.searching.spelling.folding import lines, wholes, written
from domain.searching.spelling.stems import languages_of, stems
from domain.searching.words import Piece, pieces, row_words, words
from privacy import caches
from privacy.vault import IndexKeys

# Kinds of tokens.
WORD, PREFIX, WHOLE, START, START_WITHIN = "word", "prefix", "whole", "start", "start-within"
SHORTENED, SOUND = "shortened", "sound"

PREFIX_MIN, PREFIX_MAX = 2, 16
START_MAX = 64
NOTHING = [0]  # No row has this token, but for a coincidence of 1 in 2**64.


Alternatives = list[list[int]]
"""For each of ``WORDS_MAX`` words the tokens of which one must be there; a word may stand repeatedly."""


def row_tokens(
    keys: IndexKeys,
    resource: Entity,
    row: Values,
    values: Values,
    language: str | None,
    modes: Modes,
) -> list[int]:
    """The tokens of everything that is searched of a row, without order or repetition; ``row`` holds
    its plain columns, ``values`` its sealed fields.
    """
    found: set[int] = set()
    for source in sources_of(resource):
        texts = list(source.texts(values))
        if modes.of(source) is SearchMode.EXACT:
            found.update(_exact_tokens(keys, source, texts))
            continue
        found.update(_source_tokens(keys, source, texts, language))
        if source.within is not None and (within := row.get(source.within)):
            starts = {_within(within, start) for text in texts for start in _text_starts(text)}
            found.update(keys.tokens(START_WITHIN, source.name, starts))
    return sorted(found)


def _exact_tokens(keys: IndexKeys, source: Source, texts: Sequence[str]) -> Iterator[int]:
    """Those of whole words, and of a whole name. An address leaves none: its tag finds it."""
    if source.manner is Manner.ADDRESS:
        return
    _, terms, others = _words(texts, source.manner)
    yield from keys.tokens(WORD, source.name, terms | others)
    if source.manner is Manner.NAME:
        yield from keys.tokens(WHOLE, source.name, {one for text in texts for one in wholes(text)})


def _source_tokens(
    keys: IndexKeys, source: Source, texts: Sequence[str], language: str | None
) -> Iterator[int]:
    single, terms, forms = _words(texts, source.manner)
    if source.manner in {Manner.TITLE, Manner.BODY}:
        languages = languages_of(language)
        forms |= {stem for word in single for stem in stems(word, languages)}
    yield from keys.tokens(WORD, source.name, terms | forms)
    if source.manner is Manner.NAME:
        yield from _parts(keys, source, terms)
        yield from keys.tokens(WHOLE, source.name, {one for text in texts for one in wholes(text)})
        starts = {start for text in texts for start in _text_starts(text)}
        yield from keys.tokens(START, source.name, starts)
    elif source.manner is not Manner.BODY:
        yield from keys.tokens(PREFIX, source.name, {p for term in terms for p in _prefixes(term)})


def _words(texts: Sequence[str], manner: Manner) -> tuple[set[str], set[str], set[str]]:
    """The words of texts, and the spellings that are words and that are not; those of which an address is
    made count as well.
    """
    known = texts
    if manner is Manner.ADDRESS:
        known = [part for text in texts for part in (text, text.replace("@", " "))]
    found = [row_words(text, manner) for text in known]
    single, terms, others = (set[str]().union(*(one[i] for one in found)) for i in range(3))
    return single, terms, others


def _parts(keys: IndexKeys, source: Source, terms: Iterable[str]) -> Iterator[int]:
    """What the words of a name leave besides themselves; the same words come again and again."""
    for term in terms:
        yield from keys.tokens_together(PREFIX, source.name, _prefixes(term))
        yield from keys.tokens_together(SHORTENED, source.name, shortened(term))
    yield from keys.tokens(SOUND, source.name, _sounds(terms))


def row_pieces(text: str, manner: Manner) -> Iterator[Piece]:
    """All by which a searched text is found; the words of which an address is made count as well."""
    yield from pieces(text, manner)
    if manner is Manner.ADDRESS and "@" in text:
        for word in words(text):
            parts = words(word.text.replace("@", " "))
            yield from (Piece(word, written(part.text)) for part in parts if "@" in word.text)


@lru_cache(maxsize=caches.WORD_STARTS)
def _prefixes(term: str) -> tuple[str, ...]:
    return tuple(term[:end] for end in range(PREFIX_MIN, min(len(term), PREFIX_MAX) + 1))


def _text_starts(text: str) -> Iterator[str]:
    for whole in lines(text):
        yield from (whole[:end] for end in range(1, min(len(whole), START_MAX) + 1))


def _within(within: str, start: str) -> str:
    return f"{within}\0{start}"


def word_tokens(keys: IndexKeys, source: Source, query: Query, mode: SearchMode) -> Alternatives:
    """What finds each word of a query in one source."""
    if mode is SearchMode.EXACT:
        by_tag = source.manner is Manner.ADDRESS
        return (
            _tokens_from_before(keys, source, query)
            if by_tag
            else exact_tokens(keys, source, query)
        )
    return _padded([_alternatives(keys, source, word) for word in query.words])


def _tokens_from_before(keys: IndexKeys, source: Source, query: Query) -> Alternatives:
    """What finds addresses in rows that are not yet made anew: in others they leave no tokens."""
    return _padded(
        [
            keys.sought(WORD, source.name, word.spellings if word.addresses else ())
            for word in query.words
        ]
    )


def exact_tokens(keys: IndexKeys, source: Source, query: Query) -> Alternatives:
    """What finds each word of a query in one source, just as it was given."""
    return _padded([keys.sought(WORD, source.name, _whole_words(word)) for word in query.words])


def _whole_words(word: QueryWord) -> Sequence[str]:
    return (*word.spellings, *word.joined, *word.earlier)


def _alternatives(keys: IndexKeys, source: Source, word: QueryWord) -> list[int]:
    found = keys.sought(WORD, source.name, _whole_words(word))
    if source.manner in {Manner.TITLE, Manner.BODY}:
        found += keys.sought(WORD, source.name, sorted(word.stems))
    if source.manner is not Manner.BODY:
        known = (*word.spellings, *word.earlier)
        beginnings = [s[:PREFIX_MAX] for s in known if len(s) >= PREFIX_MIN]
        found += keys.sought(PREFIX, source.name, beginnings)
    return found


def alike_tokens(keys: IndexKeys, source: Source, query: Query) -> list[list[int]]:
    """What finds each word of a query in one source by its beginning or by a word that is alike it:
    one row of tokens for each word, all of one length.
    """
    rows = [_alternatives(keys, source, word) + _alike(keys, source, word) for word in query.words]
    return _of_one_length(rows)


def _alike(keys: IndexKeys, source: Source, word: QueryWord) -> list[int]:
    compared = [spelling for spelling in word.spellings if is_compared(spelling)]
    parts = sorted({part for spelling in compared for part in wanted(spelling)})
    wholes = [part for part in parts if is_compared(part)]
    return [
        *keys.sought(WORD, source.name, wholes),
        *keys.sought(SHORTENED, source.name, parts),
        *keys.sought(SOUND, source.name, sorted(_sounds(compared))),
    ]


def _sounds(terms: Iterable[str]) -> set[str]:
    return {heard for term in terms if (heard := sound(term)) is not None}


def no_tokens() -> Alternatives:
    """What finds nothing."""
    return _padded([NOTHING])


def whole_tokens(keys: IndexKeys, source: Source, values: Iterable[str]) -> Alternatives:
    """What finds a source that is one of these values."""
    wanted = [one for value in values for one in (*wholes(value), *earlier_spellings(value))]
    return _padded([keys.sought(WHOLE, source.name, list(dict.fromkeys(wanted)))])


def start_tokens(
    keys: IndexKeys, source: Source, value: str, within: str | None = None
) -> Alternatives:
    """What finds a source that begins with the value, which has at most ``START_MAX`` characters; of
    the rows ``within`` a value of the source's plain column, where one is given.
    """
    known = list(dict.fromkeys((*lines(value), *earlier_spellings(value))))
    if within is None:
        return _padded([keys.sought(START, source.name, known)])
    starts = [_within(within, start) for start in known]
    return _padded([keys.sought(START_WITHIN, source.name, starts)])


def merged(alternatives: Sequence[Alternatives]) -> Alternatives:
    """What finds each word in any of several sources."""
    return _padded([[t for one in alternatives for t in one[row]] for row in range(WORDS_MAX)])


def _padded(rows: Alternatives) -> Alternatives:
    """``WORDS_MAX`` rows of one length, as a PostgreSQL array must have; what is added changes nothing."""
    full = _of_one_length(rows)
    return [full[i] if i < len(full) else full[0] for i in range(WORDS_MAX)]


def _of_one_length(rows: Alternatives) -> Alternatives:
    """Rows of one length, as a PostgreSQL array must have; what is added changes nothing."""
    width = max(1, *map(len, rows))
    return [row + (row[:1] or NOTHING) * (width - len(row)) for row in rows]
