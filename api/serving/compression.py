"""Compression: answers as gzip where the client asks, with a length that tells less (docs/limits.md).

A small window costs a fifth of the usual one for what an answer holds. Each compressed answer has up to
a hundred random bytes in its head, in the place of a file's name: whoever watches the lengths of a
victim's answers, and may write texts into them, needs that much longer to guess what stands beside.
"""

import asyncio
import re
import secrets
import struct
import zlib

from starlette.datastructures import Headers
from starlette.responses import Response

BYTES_MIN = 1024
"""What is smaller fits into a packet."""
BYTES_AT_ONCE = 256 * 1024
"""What is larger is compressed in a thread: it takes more than a millisecond."""
LEVEL, WINDOW_BITS, MEMORY = 1, -13, 7
NAME_MAX = 100
HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\x04\xff"
"""RFC 1952: deflate, with a name, without a time, fastest, of no known system."""

NONE = re.compile(r"0(\.0{0,3})?")


async def compressed(response: Response, headers: Headers) -> Response:
    """The same response, compressed where that pleases the client and is worth it."""
    body = response.body
    if len(body) < BYTES_MIN or "content-encoding" in response.headers:
        return response
    response.headers.add_vary_header("accept-encoding")
    if takes_gzip(headers.get("accept-encoding", "")):
        data = bytes(body)
        is_large = len(data) > BYTES_AT_ONCE
        response.body = await asyncio.to_thread(gzip, data) if is_large else gzip(data)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))
    return response


def takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip, or everything, and not with a weight of nothing."""
    takes_any = False
    for entry in accepted.split(","):
        name, _, weight = entry.partition(";")
        coding, parameter = name.strip().lower(), weight.strip().lower()
        is_wanted = not (parameter.startswith("q=") and NONE.fullmatch(parameter[2:].strip()))
        if coding in {"gzip", "x-gzip"}:
            return is_wanted
        takes_any = takes_any or (coding == "*" and is_wanted)
    return takes_any


def gzip(data: bytes) -> bytes:
    """The bytes as gzip has them."""
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW_BITS, MEMORY)
    name = b"-" * secrets.randbelow(NAME_MAX + 1)
    tail = struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return b"".join((HEAD, name, b"\0", packing.compress(data), packing.flush(), tail))
