"""Encodings and spellings in which a value could stand somewhere.

Texts are searched with ASCII letters in lower case and runs of backslashes as one, since every layer of
escaping (JSON in JSON, arrays, dumps) doubles them; base64 is searched as it is.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

TEXT, UNACCENTED, QUOTED, BASE64, HEX, URL, JSON = (
    "text",
    "text without accents",
    "text with its quotes doubled",
    "base64",
    "hexadecimal",
    "URL-escaped",
    "JSON-escaped",
)
_BACKSLASHES = re.compile(rb"\\{2,}")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class ValueEncoding(NamedTuple):
    """How a value could stand somewhere; ``exact`` where the case of letters counts."""

    name: str
    pattern: bytes
    exact: bool = False


def squeezed(data: bytes) -> bytes:
    """Each run of backslashes as one."""
    return _BACKSLASHES.sub(rb"\\", data) if b"\\\\" in data else data


def encodings(value: str) -> Iterator[ValueEncoding]:
    """The encodings of a value, the simplest first; several may have the same pattern."""
    for spelling in _spellings(value):
        yield from _of_text(TEXT, spelling.encode())
        yield from _escaped(spelling)
        for pattern in _base64(spelling.encode()):
            yield ValueEncoding(BASE64, pattern, exact=True)
            yield ValueEncoding(f"{HEX} of {BASE64}", pattern.hex().encode())
    yield from _of_text(UNACCENTED, _unaccented(value).encode())


def _spellings(value: str) -> dict[str, None]:
    """As it is, composed and decomposed (NFC, NFD), each in every case."""
    composed = [value, *(unicodedata.normalize(encoding, value) for encoding in ("NFC", "NFD"))]
    cases = (str, str.casefold, str.lower, str.upper, str.title)
    return dict.fromkeys(case(text) for text in composed for case in cases)


def _unaccented(value: str) -> str:
    apart = unicodedata.normalize("NFKD", value.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _of_text(name: str, text: bytes) -> Iterator[ValueEncoding]:
    yield ValueEncoding(name, squeezed(text.lower()))
    if name in {TEXT, JSON}:  # What dumps show of binary columns.
        yield ValueEncoding(HEX if name == TEXT else f"{HEX} of {name}", text.hex().encode())


def _escaped(spelling: str) -> Iterator[ValueEncoding]:
    """As strings of JSON, URLs, SQL and CSV hold it."""
    for quotes in ("'", '"'):
        yield from _of_text(QUOTED, spelling.replace(quotes, 2 * quotes).encode())
    for ascii_only in (True, False):
        text = json.dumps(spelling, ensure_ascii=ascii_only)[1:-1]
        yield from _of_text(JSON, text.encode())
        yield from _of_text(JSON, text.replace("/", "\\/").encode())
    for text in (quote(spelling), quote(spelling, safe=""), quote_plus(spelling)):
        yield from _of_text(URL, text.encode())


def _base64(plain: bytes) -> Iterator[bytes]:
    """What base64 makes of it within a longer text, at each alignment: the characters that are made of
    its own bits only.
    """
    for before in range(3):
        text = base64.b64encode(bytes(before) + plain)
        own = text[(0, 2, 3)[before] : (before + len(plain)) * 8 // 6]
        yield own
        yield own.translate(_URL_SAFE)
