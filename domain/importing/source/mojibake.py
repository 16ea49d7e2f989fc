"""Mojibake: text that was read in the wrong encoding before it came here, and cannot be kept as it is.

``MÃ¼ller`` was UTF-8 that somebody read as Windows-1252, ``M√ºller`` as Mac Roman; U+FFFD stands where a
program gave a character up. Each pattern holds what those encodings make of the bytes of UTF-8.
"""

import re


def _shown(first: int, last: int, encoding: str) -> str:
    """What the bytes look like in an encoding, for a class of a regular expression."""
    shown = {
        bytes([byte]).decode(other, "ignore")
        for byte in range(first, last + 1)
        for other in (encoding, "latin-1")
    }
    return "".join(re.escape(character) for character in sorted(shown))


_REST = f"[{_shown(0x80, 0xBF, 'cp1252')}]"
_GARBLED = re.compile(
    f"[ÂÃÄÅÐÑ]{_REST}|[à-ï]{_REST}{{2}}|ð{_REST}{{3}}"
    "|[A-Za-z]√[^\\s\\w(]|[A-Za-z]√[ºßµøæƒªíóúñáéçàèùâêîôûäëïöü]|‚Ä[ôúùòìî¶]"  # noqa: RUF001 - these signs are meant
    "|\ufffd"
)


def garbled_at(text: str) -> int | None:
    """Where the first such place is, or nothing."""
    found = _GARBLED.search(text)
    return None if found is None else found.start()
