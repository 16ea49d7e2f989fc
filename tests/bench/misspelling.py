"""How people write a name that they do not know well: with a slip of the finger, or by ear."""

from enum import StrEnum
from random import Random

_ROWS = {
    "qwertyuiop": "wa qes wrd etf ryg tuh yij uok ipl o",
    "asdfghjkl": "qsz adw sfe dgr fht gju hki jlo kp",
    "zxcvbnm": "asx zcs xvd cbf vng bmh njk",
}
NEIGHBOURS = {
    letter: beside
    for letters, all_beside in _ROWS.items()
    for letter, beside in zip(letters, all_beside.split(), strict=True)
}
BY_EAR = (
    *(
        ("ei", "ai"),
        ("ai", "ei"),
        ("ey", "ei"),
        ("ay", "ei"),
        ("ei", "ey"),
        ("ie", "i"),
        ("y", "i"),
    ),
    *(("ck", "k"), ("k", "ck"), ("c", "k"), ("k", "c"), ("tz", "z"), ("z", "tz"), ("z", "s")),
    *(("s", "z"), ("ph", "f"), ("f", "ph"), ("th", "t"), ("t", "th"), ("dt", "t"), ("t", "dt")),
    *(("v", "w"), ("w", "v"), ("v", "f"), ("sch", "sh"), ("sh", "sch"), ("ou", "u"), ("oo", "u")),
    *(("ll", "l"), ("l", "ll"), ("nn", "n"), ("n", "nn"), ("tt", "t"), ("ss", "s"), ("mm", "m")),
    *(("rr", "r"), ("ff", "f"), ("h", ""), ("qu", "k"), ("x", "ks"), ("j", "y"), ("d", "t")),
    *(("b", "p"), ("g", "k"), ("e", "a"), ("o", "u"), ("ae", "e"), ("ea", "ee")),
)


class Slip(StrEnum):
    """What went wrong, and how often of twenty times."""

    NOTHING = "only case and accents"
    KEY = "one slip of the finger"
    EAR = "by ear, one or two places"
    TWICE = "two slips of the finger"


OF_TWENTY = {Slip.NOTHING: 3, Slip.KEY: 10, Slip.EAR: 5, Slip.TWICE: 2}


def slips(rng: Random) -> Slip:
    return rng.choices(list(OF_TWENTY), list(OF_TWENTY.values()))[0]


def misspelt(word: str, slip: Slip, rng: Random) -> str:
    """The word in small letters as somebody wrote it."""
    match slip:
        case Slip.NOTHING:
            return word
        case Slip.KEY:
            return _slipped(word, rng)
        case Slip.EAR:
            return _by_ear(word, 1 + rng.randrange(2), rng)
        case Slip.TWICE:
            return _slipped(_slipped(word, rng), rng)


def _slipped(word: str, rng: Random) -> str:
    place = rng.randrange(len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    match rng.randrange(4):
        case 0:
            return before + rng.choice(NEIGHBOURS.get(letter, "e")) + after
        case 1:
            return before + after or word
        case 2:
            return before + letter + rng.choice(NEIGHBOURS.get(letter, "e") + letter) + after
    return before + after[:1] + letter + after[1:]


def _by_ear(word: str, places: int, rng: Random) -> str:
    for _ in range(places):
        rules = [rule for rule in BY_EAR if rule[0] in word]
        if rules:
            heard, written = rng.choice(rules)
            found = [n for n in range(len(word)) if word.startswith(heard, n)]
            at = rng.choice(found)
            word = word[:at] + written + word[at + len(heard) :]
    return word
