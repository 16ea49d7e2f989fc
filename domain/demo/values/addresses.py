"""Demo e-mail addresses, of reserved domains (RFC 2606): nobody real is ever written to."""

import re
import unicodedata

_ROOTS = ("example.com", "example.org", "example.net")
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"}
)
_OTHER = re.compile(r"[^a-z0-9]+")
_LABEL_LENGTH_MAX = 40


def label(text: str) -> str:
    """The text as part of a domain or mailbox: ``Müller & Söhne`` is ``mueller-soehne``."""
    spelled = unicodedata.normalize("NFC", text).lower().translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain).strip("-")[:_LABEL_LENGTH_MAX].strip("-")


def company_domain(name: str, index: int) -> str:
    """A domain of the organisation's own."""
    return f"{label(name)}-{index}.{_ROOTS[index % len(_ROOTS)]}"


def mailbox(given: str, family: str) -> str:
    """What stands before the @ at work."""
    return f"{label(given)}.{label(family)}"


def private_email(given: str, family: str, index: int) -> str:
    """An address at a mail provider; the number keeps namesakes apart."""
    return f"{mailbox(given, family)}{index}@mail.{_ROOTS[index % len(_ROOTS)]}"


def profile_url(given: str, family: str, index: int) -> str:
    """A page on a social network."""
    return f"https://social.example.net/@{mailbox(given, family)}.{index}"
