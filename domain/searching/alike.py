"""Fuzzy comparison of words: written with a slip, or as somebody hears them.

A word of a name and a word that is looked for are alike where leaving a letter out of each makes them
the same (so a letter may be wrong, missing, too much or in its neighbour's place), or where they sound
alike. Of a long word that is looked for two letters may be left out.
"""

from functools import lru_cache

import regex

from domain.searching.spelling.folding import is_unspaced
from privacy import caches

LENGTH_MIN, LENGTH_MAX = 3, 20
"""Of shorter words too many are alike; longer ones are no names and would leave too many tokens."""
LONG = 6
SOUND_MIN = 3

_SPELLED = (
    *(("tsch", "8"), ("sch", "8"), ("sh", "8"), ("tz", "8"), ("ts", "8"), ("ph", "3"), ("th", "2")),
    *(("dt", "2"), ("ck", "4"), ("qu", "4"), ("ch", "4"), ("x", "48"), ("h", "")),
    *((f"c{letter}", "80") for letter in "eiy"),
)
_LETTERS = {
    **dict.fromkeys("aeiouyj", "0"),
    **dict.fromkeys("bp", "1"),
    **dict.fromkeys("dt", "2"),
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("cgkq", "4"),
    **dict.fromkeys("sz", "8"),
    "l": "5",
    "m": "9",
    "n": "6",
    "r": "7",
}
_SOUNDS = dict(_SPELLED) | _LETTERS
_PART = regex.compile("|".join((*(spelled for spelled, _ in _SPELLED), *_LETTERS)))
_REPEATED = regex.compile(r"(.)\1+")


def is_compared(word: str) -> bool:
    """Whether a word, spelled as ``spellings`` has it, may be alike another one; a number is not, and
    in a script of which a letter is a syllable another letter makes another name.
    """
    return LENGTH_MIN <= len(word) <= LENGTH_MAX and word.isalpha() and not is_unspaced(word)


@lru_cache(maxsize=caches.SHORTENED_WORDS)
def shortened(word: str) -> tuple[str, ...]:
    """The word with one letter left out, each way of it."""
    if not is_compared(word):
        return ()
    return tuple(dict.fromkeys(word[:place] + word[place + 1 :] for place in range(len(word))))


def wanted(word: str) -> frozenset[str]:
    """What a word that is looked for may have in common with one of a name: itself, with one letter
    left out, and of a long one with two.
    """
    if not is_compared(word):
        return frozenset({word})
    once = shortened(word)
    twice = (two for one in once for two in shortened(one)) if len(word) >= LONG else ()
    return frozenset((word, *once, *twice))


@lru_cache(maxsize=caches.SOUNDS)
def sound(word: str) -> str | None:
    """How a word in Latin letters sounds, or nothing where that tells too little.

    The classes of the Kölner Phonetik (Postel, 1969), as German, English, Spanish, French, Italian and
    Polish spell them; but M is told from N, and where a vowel stands is kept: else a third of all
    names would sound like one of ten.
    """
    if not (is_compared(word) and word.isascii()):
        return None
    code = _REPEATED.sub(r"\1", _PART.sub(lambda part: _SOUNDS[part[0]], word))
    return code if len(code) >= SOUND_MIN else None


def are_alike(word: str, looked_for: str) -> bool:
    """Whether a word of a name is alike one that is looked for, both as ``spellings`` has them."""
    if word == looked_for:
        return True
    if not (is_compared(word) and is_compared(looked_for)):
        return False
    if not wanted(looked_for).isdisjoint((word, *shortened(word))):
        return True
    heard = sound(word)
    return heard is not None and heard == sound(looked_for)
