"""E-mail addresses: what is in use is taken, and what it is sent to has one spelling.

Beside public addresses these are names of one house (``anna@intranet``, ``anna@firma.local``), quoted local
parts and addresses of machines in brackets (RFC 5321), letters of any script (RFC 6531, IDNA), host names
with an underscore, and the dots that Japanese telephone companies gave out.
"""

import re
import unicodedata
from urllib.parse import unquote

from privacy.spellings.plain_text import NotNormalisableError, checked, shown, text

PLAIN_LENGTH_MAX = 64
NOT_ONE = "the value is not an e-mail address"
SEVERAL = "there are several e-mail addresses in one value: give each by itself"
NAMED = "there is a name beside the e-mail address: give the address alone"

_PLAIN = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+([a-z]{2,})", re.ASCII
)
_SCHEME = re.compile(r"mailto:(?://)?\s*([^?]*)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"[;,|\n\r]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BRACKETED = re.compile(r"<([^<>]*)>")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: "."}
_DOTTED = ("docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "vodafone.ne.jp", "au.com")
"""Of these, local parts with two dots in a row or one at the end are in use."""


def email(value: str) -> str:
    """The address in lower case, its domain in Unicode form (RFC 5321, RFC 6531, IDNA); raises
    ``NotNormalisableError`` with the reason.

    Case folding stays away from the domain: straße.de and strasse.de may have different owners.
    """
    if _CONTROL.search(checked(value).strip()):
        raise NotNormalisableError(NOT_ONE)
    kept = unicodedata.normalize("NFKC", bare(value))
    if is_plain_email(lower := kept.lower()):
        return lower
    local, at, domain = kept.rpartition("@")
    known = _validated(local, domain) if at else None
    if known is None:
        raise NotNormalisableError(_fault(kept))
    return known


def bare(value: str) -> str:
    """The address as it was given, without ``mailto:``, brackets around it, what ends a list or a sentence
    behind it, and what nobody sees; full-width letters, as Japanese keyboards have them, are plain ones.
    """
    seen = shown(value).translate(_HALF_WIDTH).rstrip("; ,")
    if scheme := _SCHEME.fullmatch(seen):
        seen = unquote(scheme[1]).strip()
    if seen[:1] == "<" and seen[-1:] == ">":
        seen = seen[1:-1].strip()
    return seen.removesuffix(".") if "@" in seen else seen


def addresses_of(value: str) -> list[str]:
    """The addresses in a list of them, with or without names (``Ada <ada@b.org>; al@c.org``), as given;
    raises ``NotNormalisableError`` where a part has none.
    """
    parts = [part for part in _parted(shown(value)) if part.strip()]
    found = [bare(_in_brackets(part)) for part in parts]
    for one in found:
        email(one)
    return list(dict.fromkeys(found))


def is_plain_email(lower: str) -> bool:
    """Whether the full check would return this lower-case address as it is: most are that plain.

    Shorter than every limit of RFC 5321, no Punycode.
    """
    return len(lower) <= PLAIN_LENGTH_MAX and _PLAIN.fullmatch(lower) is not None


def _validated(local: str, domain: str) -> str | None:
    """Nothing where it is no address."""
    import email_validator  # noqa: PLC0415 - most commands meet no address, or plain ones

    # As the library documents it: it refuses names that no public server has, such as a house's own.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    dotted = domain.lower()
    if any(dotted == one or dotted.endswith(f".{one}") for one in _DOTTED):
        plain = re.sub(r"\.+", ".", local).strip(".")
    else:
        plain = local
    host = domain.replace("_", "x") if domain.isascii() and not domain.startswith("[") else domain
    try:
        parts = email_validator.validate_email(
            f"{plain}@{host}",
            check_deliverability=False,
            test_environment=True,
            globally_deliverable=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
        kept = parts.local_part if plain == local else local
        return f"{text(kept)}@{parts.domain if host == domain else dotted}"
    except (email_validator.EmailNotValidError, NotNormalisableError):
        return None


def _fault(kept: str) -> str:
    """What is wrong, as far as it can be told."""
    parts = [part for part in _parted(kept) if part.strip()]
    if len(parts) > 1 and all("@" in part for part in parts):
        return SEVERAL
    bracketed = _BRACKETED.search(kept)
    return NAMED if bracketed and "@" in bracketed[1] else NOT_ONE


def _parted(value: str) -> list[str]:
    """The parts between separators that stand in no quotes."""
    parts, quoted, begun = [], False, 0
    for place, character in enumerate(value):
        if character == '"':
            quoted = not quoted
        elif not quoted and _BETWEEN.fullmatch(character):
            parts.append(value[begun:place])
            begun = place + 1
    return [*parts, value[begun:]]


def _in_brackets(part: str) -> str:
    found = _BRACKETED.search(part)
    return found[1] if found else part
