"""Text of an API key: ``farley_<env>_<id>_<secret><check>``, in base 62.

The id names the tenant and the key, the secret has 256 bits, and the check is the CRC-32 of all that
stands before it: a mistyped or invented key is refused before any database is asked, and a scanner of
source code can tell a key from other text.
"""

import re
import secrets
import zlib
from dataclasses import dataclass
from uuid import UUID

ENVIRONMENT = "[a-z0-9]{1,16}"
PREFIX = "farley_"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_LONG, _CHECK = 43, 6
"""Digits that 256 and 32 bits take."""
_BITS = 128
_FORM = re.compile(
    rf"farley_(?P<environment>{ENVIRONMENT})_(?P<id>[0-9A-Za-z]{{{_LONG}}})"
    rf"_[0-9A-Za-z]{{{_LONG}}}(?P<check>[0-9A-Za-z]{{{_CHECK}}})"
)


@dataclass(frozen=True, slots=True)
class KeyName:
    """Which key a text claims to be."""

    tenant: str
    id: str


def new_key(environment: str, name: KeyName) -> str:
    """The text of a new key: what its holder keeps, and nobody else."""
    number = UUID(name.tenant).int << _BITS | UUID(name.id).int
    secret = secrets.randbits(2 * _BITS)
    body = f"{PREFIX}{environment}_{_written(number, _LONG)}_{_written(secret, _LONG)}"
    return body + _check(body)


def named_in(text: str, environment: str) -> KeyName | None:
    """Which key of this environment the text claims to be, if it is well written."""
    match = _FORM.fullmatch(text)
    if (
        match is None
        or match["environment"] != environment
        or _check(text[:-_CHECK]) != match["check"]
    ):
        return None
    number = 0
    for digit in match["id"]:
        number = number * len(_DIGITS) + _VALUES[digit]
    tenant, id_ = number >> _BITS, number & (1 << _BITS) - 1
    if tenant >> _BITS:
        return None
    return KeyName(str(UUID(int=tenant)), str(UUID(int=id_)))


def _check(body: str) -> str:
    return _written(zlib.crc32(body.encode()), _CHECK)


def _written(number: int, digits: int) -> str:
    found = []
    for _ in range(digits):
        number, digit = divmod(number, len(_DIGITS))
        found.append(_DIGITS[digit])
    return "".join(reversed(found))
