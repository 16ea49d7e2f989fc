"""Stems of words, by the Snowball algorithm of each language."""

import threading
from functools import cache, lru_cache
from typing import Any

from domain.searching.spelling.folding import cased, plain
from privacy import caches

LENGTH_MAX = 40

LANGUAGES = {
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
    "tr": "turkish",
}
WORLD = ("de", "en", "es", "fr")
"""The languages that are tried for a text of unknown language."""

_LOCK = threading.Lock()  # A stemmer keeps the word it is at.


def languages_of(tag: str | None) -> tuple[str, ...]:
    """The languages of a person's texts: theirs, and English, in which staff often writes."""
    language = (tag or "").split("-", 1)[0].lower()
    if language not in LANGUAGES:
        return WORLD
    return (language,) if language == "en" else (language, "en")


@lru_cache(maxsize=caches.STEMS)
def stems(word: str, languages: tuple[str, ...] = tuple(LANGUAGES)) -> frozenset[str]:
    """The stems of a word in some languages, without accents.

    A word that is written without its accents has another stem in some languages, so both count.
    """
    if len(word) > LENGTH_MAX or not word.isalpha():
        return frozenset()
    known = cased(word)
    forms = dict.fromkeys((known, plain(known)))
    algorithms = dict.fromkeys(LANGUAGES[language] for language in languages)
    return frozenset(_stem(algorithm, form) for algorithm in algorithms for form in forms)


@lru_cache(maxsize=caches.STEMS_BY_LANGUAGE)
def _stem(algorithm: str, word: str) -> str:
    with _LOCK:
        return plain(str(_stemmer(algorithm).stemWord(word)))


@cache
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer  # noqa: PLC0415 - all languages, which most commands need not

    return snowballstemmer.stemmer(algorithm)
