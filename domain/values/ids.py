"""Id factory: identifiers, injected where they are made."""

import os
import time
import uuid

FIRST_ID = "00000000-0000-0000-0000-000000000000"
"""Comes before every id: whoever goes through records begins behind it."""


def new_id() -> str:
    """A UUID version 7 (RFC 9562, section 5.7) as canonical text: ordered by time, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))
