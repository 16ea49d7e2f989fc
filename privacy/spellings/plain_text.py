"""Text in one spelling, without what nobody sees in it."""

import unicodedata

from privacy.invisible import without_invisible

LENGTH_MAX = 1_000


class NotNormalisableError(ValueError):
    """The value has no canonical form; the message never repeats it."""


def text(value: str) -> str:
    """NFKC, case-folded, white space collapsed; raises for lone surrogates, NUL and over-long text."""
    # Twice, since folding takes some letters apart that NFKC puts together (Unicode, D146).
    return " ".join(_folded(_folded(checked(value))).split())


def shown(value: str) -> str:
    """The text as its reader sees it, without white space around it."""
    return without_invisible(value).strip()


def checked(value: str) -> str:
    """The value; raises ``NotNormalisableError`` for what no text may be."""
    if len(value) > LENGTH_MAX or "\0" in value or not _encodable(value):
        message = "the value is too long or holds characters that text may not hold"
        raise NotNormalisableError(message)
    return value


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold()


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
