"""Character encoding of a file: the one that is stated, or the one that its bytes show.

A byte order mark decides, then NUL bytes at every second place (UTF-16, UTF-32), then what is UTF-8,
then how well the text reads as Windows-1252 or Mac Roman. What reads well as none of them is refused with
the remedy: a wrong guess would be kept for good.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from domain.importing.source.file_opening import Version, opened, version
from domain.importing.source.likely_encodings import is_short, likely_encodings
from domain.importing.source.mojibake import garbled_at
from domain.importing.source.refusal import UnreadableFileError
from domain.importing.source.signatures import HEAD_BYTES, refuse_what_is_no_csv
from domain.importing.source.western_encodings import read_as

CHUNK_BYTES = 256 * 1024
SAMPLE_BYTES = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FAMILIES = {"utf-16": ("utf-16-le", "utf-16-be"), "utf-32": ("utf-32-le", "utf-32-be")}
_NUL_SHARE, _MOSTLY = 0.1, 0.5
_ESCAPES = re.compile(rb"\x1b(\$[@B]|\([BIJ])")
_CARRIED = 4
SHOWN = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "mac-roman": "Mac Roman", "ascii": "ASCII"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """``skip`` is the length of the byte order mark, ``version`` the state in which the file was read."""

    name: str
    skip: int = 0
    version: Version | None = None

    @property
    def shown(self) -> str:
        """The name that people know."""
        return SHOWN.get(self.name, self.name.upper())


def stated_name(stated: str) -> str:
    """Python's name of an encoding; raises ``UnreadableFileError`` for one that is none of text."""
    try:
        "".encode(stated)
        return codecs.lookup(stated).name
    except (LookupError, ValueError):
        raise UnreadableFileError(
            f"there is no encoding {stated!r}: leave `encoding` out, or convert the file to UTF-8"
        ) from None


def encoding_of(path: Path, stated: str | None, garbled: str) -> Encoding:
    """The encoding of a whole file, which is read through once.

    Raises ``UnreadableFileError`` where the bytes are not of the stated encoding, where none can be
    recognised, and, unless ``garbled`` is ``keep`` or ``reject``, where the text is mojibake.
    """
    with opened(path) as file:
        known, head = version(file), file.read(HEAD_BYTES)
        refuse_what_is_no_csv(path, head)
        encoding = _marked(head)
        name = None if stated is None else stated_name(stated)
        if encoding is None:
            encoding = Encoding(name or _unmarked(path, file))
        elif name is not None and encoding.name not in (name, *_FAMILIES.get(name, ()), "utf-8"):
            raise UnreadableFileError(_contradiction(path, name, encoding))
        if name in _FAMILIES and encoding.name == name:
            encoding = Encoding(_FAMILIES[name][0])
        if name is not None and not name.startswith("utf") and _is_utf_8(file):
            raise UnreadableFileError(_contradiction(path, name, Encoding("utf-8")))
        _read_through(path, file, encoding, garbled)
    return replace(encoding, version=known)


def _marked(head: bytes) -> Encoding | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    return None


def _contradiction(path: Path, name: str, found: Encoding) -> str:
    return (
        f"{path} is {found.shown} and the mapping says {Encoding(name).shown}:"
        " leave `encoding` out of the mapping, nothing was written"
    )


def _unmarked(path: Path, file: BinaryIO) -> str:
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    if (wide := _wide(sample)) is not None:
        return wide
    if _ESCAPES.search(sample) and sample.isascii():
        raise UnreadableFileError(
            f"{path} seems to be ISO-2022-JP: save it as UTF-8, or state `encoding: iso2022_jp` in the"
            " mapping. Nothing was written"
        )
    problem = _first_undecodable(file, Encoding("utf-8"))
    if problem is None:
        return "utf-8"
    return _not_utf_8(path, file, problem)


def _wide(sample: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark: where the NUL bytes of its ASCII stand."""
    fours = [sample[at : len(sample) // 4 * 4 : 4] for at in range(4)]
    nuls = [len(four) > 0 and four.count(0) / len(four) for four in fours]
    if nuls[3] == 1 and nuls[2] > 1 - _NUL_SHARE:
        return "utf-32-le"
    if nuls[0] == 1 and nuls[1] > 1 - _NUL_SHARE:
        return "utf-32-be"
    for high, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        places, others = sample[high::2], sample[1 - high :: 2]
        share = places.count(0) / (len(places) or 1)
        is_even = others.count(0) <= _NUL_SHARE * share * len(others)
        if is_even and (share > _MOSTLY or (share > _NUL_SHARE and _has_lines(sample, name))):
            return name
    return None


def _has_lines(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, "ignore")
    return "\0" not in text and ("\n" in text or "\r" in text)


def _not_utf_8(path: Path, file: BinaryIO, line: int) -> str:
    sample = b"".join(_lines_beyond_ascii(file))
    name = read_as(sample)
    if name is not None:
        return name
    raise UnreadableFileError(
        f"{path}, line {line}: it is not UTF-8, and in which encoding it is cannot be told for sure:"
        f" save it as UTF-8, or state it in the mapping{_hint(sample)}."
        " Nothing was written"
    )


def _hint(sample: bytes) -> str:
    likely = likely_encodings(sample)
    if not likely:
        return ""
    short = "the text is too short to tell, " if is_short(sample) else ""
    written = " or ".join(f"`encoding: {name}`" for name in likely)
    return f"; {short}it may be {' or '.join(likely)}: {written}"


def _lines_beyond_ascii(file: BinaryIO) -> Iterator[bytes]:
    """Those lines, up to a sample."""
    file.seek(0)
    held = 0
    while held < SAMPLE_BYTES and (line := file.readline(CHUNK_BYTES)):
        if not line.isascii():
            held += len(line)
            yield line


def _is_utf_8(file: BinaryIO) -> bool:
    """Whether it holds characters beyond ASCII, all of them UTF-8."""
    file.seek(0)
    if all(chunk.isascii() for chunk in iter(lambda: file.read(CHUNK_BYTES), b"")):
        return False
    return _first_undecodable(file, Encoding("utf-8")) is None


def _first_undecodable(file: BinaryIO, encoding: Encoding) -> int | None:
    """The line of the first bytes that are not of the encoding."""
    try:
        for _ in _texts(file, encoding):
            pass
    except UnicodeDecodeError as error:
        return int(error.reason)
    return None


def _read_through(path: Path, file: BinaryIO, encoding: Encoding, garbled: str) -> None:
    try:
        for line, text in _texts(file, encoding):
            at = garbled_at(text) if garbled == "refuse" else None
            if at is not None:
                raise UnreadableFileError(_mojibake(path, line + _breaks(text[:at]), text[at]))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{path}, line {error.reason}: it is not {encoding.shown}: leave `encoding` out of the"
            " mapping, or save the file as UTF-8. Nothing was written"
        ) from None


def _mojibake(path: Path, line: int, character: str) -> str:
    what = (
        "a character was lost when the file was written (U+FFFD)"
        if character == "\ufffd"
        else "the text was read in a wrong encoding before (such as `Ã¼` for `ü`)"
    )
    return (
        f"{path}, line {line}: {what}: export it again as UTF-8, or write `garbled: reject` (leaves such"
        " rows out) or `garbled: keep` in the mapping. Nothing was written"
    )


def _texts(file: BinaryIO, encoding: Encoding) -> Iterator[tuple[int, str]]:
    """Texts that hold more than ASCII, with the lines on which they begin; each begins with the end of
    the one before. A ``UnicodeDecodeError`` has the line as its reason.
    """
    file.seek(encoding.skip)
    decoder = codecs.getincrementaldecoder(encoding.name)()
    is_wide = encoding.name.startswith(("utf-16", "utf-32"))
    line, carried, plain = 1, "", True
    for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
        if plain and not is_wide and chunk.isascii() and encoding.name == "utf-8":
            line, carried = line + _breaks(chunk), ""
            continue
        try:
            text = carried + decoder.decode(chunk)
        except UnicodeDecodeError as error:
            error.reason = str(line + _breaks(error.object[: error.start]))
            raise
        yield line, text
        carried = text[-_CARRIED:]
        line += _breaks(text[: -_CARRIED or None])
        plain = not decoder.getstate()[0]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        error.reason = str(line)
        raise


def _breaks(text: str | bytes) -> int:
    if isinstance(text, bytes):
        return text.count(b"\n") or text.count(b"\r")
    return text.count("\n") or text.count("\r")
