"""Earlier spellings, up to migration 0026: rows that are not made anew yet have tokens of these.

Frozen. What is looked for is asked in these as well where they differ from those of today (``folding``).
"""

import unicodedata

import regex

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


def earlier_words(text: str) -> list[str]:
    """The words of a text as they were told apart."""
    found: list[str] = _WORD.findall(text)
    return found


def earlier_spellings(text: str) -> tuple[str, ...]:
    """The spellings that a word or a whole name had."""
    if text.isascii():
        return (" ".join(text.lower().split()),)
    twice = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    known = " ".join(twice.casefold().split())
    return tuple(dict.fromkeys((_plain(known), _plain(known.translate(_UMLAUTS)))))


def _plain(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", _MARKS.sub("", apart))
