"""Byte stream of another encoding as UTF-8, or of lines that end with CR as lines that end with LF."""

import codecs
import io
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024


class Transcoded(io.RawIOBase):
    """Reads the file from where it stands; holds one chunk."""

    def __init__(self, file: BinaryIO, encoding: str, *, has_cr: bool) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._has_cr = has_cr
        self._waits = ""  # A CR at the end of a chunk: whether LF follows tells the next one.
        self._ready = b""

    def readable(self) -> bool:
        """It is read only."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override] # narrower
        """The next bytes of UTF-8."""
        while not self._ready:
            chunk = self._file.read(CHUNK_BYTES)
            self._ready = self._made(self._decoder.decode(chunk, final=not chunk), final=not chunk)
            if not chunk:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _made(self, text: str, *, final: bool) -> bytes:
        if self._has_cr:
            text, self._waits = self._waits + text, ""
            if text.endswith("\r") and not final:
                text, self._waits = text[:-1], "\r"
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.encode("utf-8", "surrogatepass")
