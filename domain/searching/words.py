"""Words as they are compared: in any case, with or without accents."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

CACHED_WORDS = 20_000

# An address is one word; apostrophes, hyphens and the like part words.
_WORD = regex.compile(
    r"[\p{L}\p{N}_.+-]+@[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}]|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*"
)
_MARKS = regex.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ŋ": "n",
    }
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as it stands there; ``start`` and ``end`` count code points."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    return (Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text))


def word_texts(text: str) -> list[str]:
    """The words alone, where it does not matter where they stand."""
    found: list[str] = _WORD.findall(text)
    return found


def cased(text: str) -> str:
    """NFKC, case-folded, white space collapsed, accents kept: what stemmers read."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.casefold().split())


def plain(cased_text: str) -> str:
    """A folded text without its accents."""
    if cased_text.isascii():
        return cased_text
    apart = unicodedata.normalize("NFD", cased_text.translate(_LETTERS))
    return unicodedata.normalize("NFC", _MARKS.sub("", apart))


def folded(text: str) -> str:
    """The one spelling of a text in which names are put in order."""
    if text.isascii():
        return " ".join(text.lower().split())
    return plain(cased(text))


def spelled(text: str) -> tuple[str, ...]:
    """The spellings under which a text is found: ``Müller`` as ``muller`` and as ``mueller``."""
    known = cased(text)
    return tuple(dict.fromkeys((plain(known), plain(known.translate(_UMLAUTS)))))


spellings = lru_cache(maxsize=CACHED_WORDS)(spelled)
"""The same, remembered: of words and names, which come again and again."""
