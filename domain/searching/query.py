"""What somebody searches for, as words."""

from dataclasses import dataclass

from domain.customers.validation import text as checked
from domain.errors import InvalidInputError
from domain.searching.addresses import addresses_in
from domain.searching.stems import stems
from domain.searching.words import spellings, words

WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that must be found, in each of its spellings and in all languages; ``addresses`` are those
    that it is or is a part of.
    """

    spellings: tuple[str, ...]
    stems: frozenset[str]
    addresses: frozenset[str] = frozenset()


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
    found = dict.fromkeys(word.text for word in words(checked(argument, text)))
    if not 0 < len(found) <= WORDS_MAX:
        message = f"a search has 1 to {WORDS_MAX} words"
        raise InvalidInputError(message, (argument,), code="SEARCH")
    addresses = addresses_in(text)
    return Query(
        tuple(
            QueryWord(spellings(word), stems(word), addresses.get(word, frozenset()))
            for word in found
        )
    )
