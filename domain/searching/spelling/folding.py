"""Folding: the spellings by which words and names are found, whatever case, accents, signs, letters."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from domain.searching.spelling.letters import (
    ARTICLE,
    DIGRAPHS,
    EXPANDED,
    HEARD,
    LETTERS,
    MARKS,
    MIDDLE_DOTS,
    SIGNS,
    UNSPACED,
)
from privacy import caches
from privacy.invisible import without_any_invisible

ARTICLE_STEM_MIN = 3

_MARKS = regex.compile(MARKS)
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_DIGRAPH = regex.compile(DIGRAPHS)
_MAYBE_DIGRAPH = regex.compile("[aou]e|aa|dj")
_SPACED = regex.compile(rf"(?<=[{UNSPACED}])[\s{MIDDLE_DOTS}]+(?=[{UNSPACED}])")
_ANY_UNSPACED = regex.compile(rf"[{UNSPACED}]")
_UNSPACED = regex.compile(rf"[{UNSPACED}][{UNSPACED}\p{{M}}\s{MIDDLE_DOTS}]*")
_ELIDED = regex.compile(r"(?<!\S)([dlo]) (?=\w{3})")
_HYPHENED = regex.compile(r"(?<=\w)-(?=\w)")
_IN_WORDS = str.maketrans(dict.fromkeys(f"'-., {MIDDLE_DOTS}", ""))


def cased(text: str) -> str:
    """NFKC, case-folded, white space collapsed, accents kept: what stemmers read."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    # Before NFKC, which makes a space and an accent of an acute that stands alone.
    shown = without_any_invisible(text).translate(SIGNS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return " ".join(folded.casefold().split())


def plain(cased_text: str) -> str:
    """A folded text without its accents, each letter in its one form."""
    if cased_text.isascii():
        return cased_text
    apart = unicodedata.normalize("NFD", cased_text.translate(LETTERS))
    bare = unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(LETTERS)
    return _DIGIT.sub(_ascii_digit, bare)


def _ascii_digit(found: regex.Match[str]) -> str:
    """Digits that Python's tables do not have yet, which are older than the expression's, stay."""
    known = unicodedata.digit(found[0], None)
    return found[0] if known is None else str(known)


def folded(text: str) -> str:
    """The one spelling of a text in which names are put in order."""
    return plain(cased(text))


def collapsed(plain_text: str) -> str:
    """With one letter for each two that may stand for it: ``mueller`` as ``muller``."""
    if not _MAYBE_DIGRAPH.search(plain_text):
        return plain_text
    return _DIGRAPH.sub(lambda two: two[0][0], plain_text)


def spelled(text: str) -> tuple[str, ...]:
    """The spellings that a text has: ``Müller`` as ``muller`` and as ``mueller``."""
    known = cased(text)
    if known.isascii():
        return (known,)
    return tuple(dict.fromkeys(plain(one) for one in _by_letters(known)))


def _by_letters(known: str) -> Iterator[str]:
    """As it is, and with its letters as they are spelled without them."""
    yield known
    yield known.translate(EXPANDED)
    if (heard := known.translate(HEARD)) != known:
        yield heard


@lru_cache(maxsize=caches.SPELLINGS)
def written(word: str) -> tuple[str, ...]:
    """The spellings of a word; an Arabic one counts without its article as well."""
    found = spelled(word)
    first = found[0]
    if first.startswith(ARTICLE) and len(first) >= len(ARTICLE) + ARTICLE_STEM_MIN:
        return (*found, first.removeprefix(ARTICLE))
    return found


@lru_cache(maxsize=caches.SPELLINGS)
def spellings(word: str) -> tuple[str, ...]:
    """The spellings by which a word of a name is found: ``Mueller`` as ``muller`` too."""
    found = written(word)
    short = collapsed(found[0])
    return found if short in found else (*found, short)


@lru_cache(maxsize=caches.SPELLINGS)
def joined(words: str) -> str:
    """The one spelling of words that may be written as one: ``Jean-Luc`` as ``jeanluc``."""
    return collapsed(folded(words).translate(_IN_WORDS))


@lru_cache(maxsize=caches.SPELLINGS)
def wholes(name: str) -> tuple[str, ...]:
    """What a name is as a whole, without the spaces and signs that may part its words or cut them short."""
    forms = spelled(name)
    return tuple(dict.fromkeys(_whole(one) for one in (*forms, collapsed(forms[0]))))


def is_unspaced(name: str) -> bool:
    """Whether a word, or a name, is of scripts that are written without spaces."""
    return not name.isascii() and _UNSPACED.fullmatch(name) is not None


def _whole(form: str) -> str:
    return form.translate(_IN_WORDS) or form


@lru_cache(maxsize=caches.SPELLINGS)
def lines(text: str) -> tuple[str, ...]:
    """The spellings of a text of several words, by whose beginnings or parts it is found: an apostrophe as
    nothing and as a space, a hyphen as a space and as nothing.
    """
    known = cased(text)
    if not known.isascii() and _ANY_UNSPACED.search(known):
        known = _SPACED.sub("", known)
    if _ELIDED.search(known):
        known = _ELIDED.sub(r"\1'", known)
    if known.isascii() and "'" not in known and "-" not in known:
        return tuple(dict.fromkeys((known, collapsed(known))))
    return tuple(dict.fromkeys(" ".join(one.split()) for one in _lines(known)))


def _lines(known: str) -> Iterator[str]:
    usual = known.replace("'", "").replace("-", " ")
    yield from map(plain, _by_letters(usual))
    yield collapsed(plain(usual))
    if "'" in known:
        yield collapsed(plain(known.replace("'", " ").replace("-", " ")))
    if "-" in known:
        yield collapsed(plain(_HYPHENED.sub("", known).replace("'", "").replace("-", " ")))
