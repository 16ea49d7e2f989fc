"""What somebody searches for, as words."""

from dataclasses import dataclass

from domain.customers.validation import text as checked
from domain.errors import InvalidInputError
from domain.searching.stems import stems
from domain.searching.words import spellings, words

WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that must be found, in each of its spellings and in all languages."""

    spellings: tuple[str, ...]
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Query:
    """The words, all of which must be found."""

    words: tuple[QueryWord, ...]


def parsed(text: str, argument: str = "query") -> Query:
    """The query; raises ``InvalidInputError`` for a text without words or with too many."""
    found = dict.fromkeys(word.text for word in words(checked(argument, text)))
    if not 0 < len(found) <= WORDS_MAX:
        message = f"a search has 1 to {WORDS_MAX} words"
        raise InvalidInputError(message, (argument,), code="SEARCH")
    return Query(tuple(QueryWord(spellings(word), stems(word)) for word in found))
