"""Likely encodings of text that nothing explains for sure: those of files of people, best first.

They are only named to whoever imports; none of them is taken unasked.
"""

import re
import unicodedata

LETTERS_ENOUGH = 60
_NAMED_MAX = 3
_CLOSE = 0.9
_FEW = 0.5
_SINGLE = (
    *("cp1251", "cp1250", "cp1252", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256", "cp1258"),
    *("koi8-r", "koi8-u", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15"),
    "mac-roman",
)
_FIRST_LEVEL = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "euc_jp": (0xB0, 0xCF)}
_DOUBLE = ("shift_jis", "gb18030", "euc_kr", "euc_jp", "big5")
_WORD = re.compile(r"[^\s,;|\"'.()/\-]+")


def likely_encodings(sample: bytes) -> tuple[str, ...]:
    """One where the text is long enough to tell, else up to three."""
    scored = [(_score(sample, name), name) for name in (*_SINGLE, *_DOUBLE)]
    best = max(score for score, _ in scored)
    if best < _FEW:
        return ()
    close = [(score, name) for score, name in scored if score >= _CLOSE * best]
    names = [name for _, name in sorted(close, key=lambda one: -one[0])]
    if is_short(sample):
        return tuple(names[:_NAMED_MAX])
    from charset_normalizer import from_bytes  # noqa: PLC0415 - for files that nothing else explains

    found = from_bytes(sample, cp_isolation=names).best()
    return (found.encoding if found is not None and found.encoding in names else names[0],)


def is_short(sample: bytes) -> bool:
    """Whether too few letters beyond ASCII stand there to tell encodings apart."""
    return sum(byte > 0x7F for byte in sample) < LETTERS_ENOUGH  # noqa: PLR2004 - the end of ASCII


def _score(sample: bytes, encoding: str) -> float:
    """The share of characters beyond ASCII that stand in words as people write them."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    total = sum(map(_beyond, words))
    good = sum(_beyond(word) for word in words if _is_word(word, encoding))
    return good / total if total else 0.0


def _beyond(word: str) -> int:
    return sum(not character.isascii() for character in word)


def _is_word(word: str, encoding: str) -> bool:
    """Of one script and cased as a name; Latin has few letters beyond ASCII, Han only common ones."""
    if not word.isalpha():
        return False
    scripts = {unicodedata.name(character, "?").split()[0] for character in word}
    if encoding in _DOUBLE:
        return scripts <= {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "KATAKANA-HIRAGANA"} and all(
            _is_common(character, encoding) for character in word
        )
    if len(scripts) > 1 or not (word.istitle() or word.isupper() or word.islower()):
        return False
    return scripts != {"LATIN"} or _beyond(word) <= _FEW * len(word)


def _is_common(character: str, encoding: str) -> bool:
    made = character.encode(encoding)
    if not unicodedata.name(character, "?").startswith("CJK"):
        return len(made) > 1  # Half-width kana are what any other encoding looks like.
    if encoding == "shift_jis":
        return 0x88 <= made[0] <= 0x98  # noqa: PLR2004 - the first level of JIS X 0208
    low, high = _FIRST_LEVEL.get(encoding, (0xFF, 0))
    return low <= made[0] <= high and made[1] >= (0x40 if encoding == "big5" else 0xA1)
