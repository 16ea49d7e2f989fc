"""Search query: what somebody searches for, as words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.searching.addresses import addresses_in
from domain.searching.spelling.earlier import earlier_spellings, earlier_words
from domain.searching.spelling.folding import joined, spellings
from domain.searching.spelling.stems import stems
from domain.searching.words import Word, stretches, words
from domain.validation.values import text as checked
from domain.values.errors import InvalidInputError

WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that must be found, in each of its spellings and in all languages; ``addresses`` are those
    that it is or is a part of. ``joined`` are the words that it may be a part of, together with its
    neighbours (``Jean Luc``: ``jeanluc``); ``earlier`` its spellings in rows from before.
    """

    spellings: tuple[str, ...]
    stems: frozenset[str]
    addresses: frozenset[str] = frozenset()
    joined: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """The words, all of which must be found."""

    words: tuple[QueryWord, ...]

    @property
    def has_addresses(self) -> bool:
        """Whether one of the words is an e-mail address."""
        return any(word.addresses for word in self.words)


def parsed(text: str, argument: str = "query") -> Query:
    """The query; raises ``InvalidInputError`` for a text without words or with too many."""
    shown = checked(argument, text)
    written = list(words(shown))
    found = dict.fromkeys(word.text for word in written)
    if not 0 < len(found) <= WORDS_MAX:
        message = f"a search has 1 to {WORDS_MAX} words"
        raise InvalidInputError(message, (argument,), code="SEARCH")
    addresses, together = addresses_in(text), _together(shown, written)
    earlier = _earlier(shown, written)
    return Query(
        tuple(
            QueryWord(
                spellings(word),
                stems(word),
                addresses.get(word, frozenset()),
                tuple(together.get(word, ())),
                earlier.get(word, ()),
            )
            for word in found
        )
    )


def _together(text: str, written: Sequence[Word]) -> Mapping[str, Sequence[str]]:
    """By each word the words that it may be a part of."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for start, end, _ in stretches(text, written):
        for word in written:
            if start <= word.start and word.end <= end:
                found[word.text][joined(text[start:end])] = None
    return {word: tuple(some) for word, some in found.items()}


def _earlier(text: str, written: Sequence[Word]) -> Mapping[str, tuple[str, ...]]:
    """By each word the spellings that it has in rows from before, where these are others."""
    known = [] if text.isascii() else earlier_words(text)
    if len(known) != len(written):
        return {}
    return {
        word.text: tuple(one for one in earlier_spellings(old) if one not in spellings(word.text))
        for word, old in zip(written, known, strict=True)
    }
