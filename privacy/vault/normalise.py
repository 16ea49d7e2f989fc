"""One spelling for each value that is looked up, so that equal values have equal tags."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LENGTH_MAX = 1_000
PLAIN_EMAIL_LENGTH_MAX = 64

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+([a-z]{2,})", re.ASCII
)
_SPECIAL_USE = frozenset(SPECIAL_USE_DOMAIN_NAMES)


class NotNormalisableError(ValueError):
    """The value has no canonical form; the message never repeats it."""


def text(value: str) -> str:
    """NFKC, case-folded, white space collapsed; raises for lone surrogates, NUL and over-long text."""
    # Twice, since folding takes some letters apart that NFKC puts together (Unicode, D146).
    return " ".join(_folded(_folded(_checked(value))).split())


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold()


def email(value: str) -> str:
    """The address in lower case, its domain in Unicode form (RFC 5321, RFC 6531, IDNA).

    Case folding stays away from the domain: straße.de and strasse.de may have different owners.
    """
    kept = unicodedata.normalize("NFKC", _checked(value)).strip()
    if is_plain_email(lower := kept.lower()):
        return lower
    try:
        parts = validate_email(kept, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        message = "the value is not an e-mail address"
        raise NotNormalisableError(message) from None
    return f"{text(parts.local_part)}@{parts.domain}"


def is_plain_email(lower: str) -> bool:
    """Whether the full check would return this lower-case address as it is: most are that plain.

    Shorter than every limit of RFC 5321, no Punycode, no special-use domain (RFC 6761).
    """
    if len(lower) > PLAIN_EMAIL_LENGTH_MAX:
        return False
    match = _PLAIN_EMAIL.fullmatch(lower)
    return match is not None and match[1] not in _SPECIAL_USE


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def phone(value: str, region: str) -> str:
    """The number as E.164; ``region`` (ISO 3166) is used where the number names no country.

    A number that is only dialled inside a house or is not complete keeps its digits: looking it up
    still works, and refusing it would lose data.
    """
    folded = text(value)
    try:
        number = phonenumbers.parse(folded, region if region in _regions() else None)
    except phonenumbers.NumberParseException:
        return _digits(folded)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(value: str) -> str:
    digits = "".join(c for c in value if c.isdigit())
    if not digits:
        message = "the value is not a telephone number"
        raise NotNormalisableError(message)
    return digits


def _checked(value: str) -> str:
    if len(value) > LENGTH_MAX or "\0" in value or not _encodable(value):
        message = "the value is too long or holds characters that text may not hold"
        raise NotNormalisableError(message)
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
