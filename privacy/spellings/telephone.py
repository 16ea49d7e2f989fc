"""Telephone numbers: in one spelling each, as callers write them, and why what is none is refused.

A record is found by the number as E.164, by that with its extension, and, where the record stands in
another country than its tenant, by the digits as they are dialled there. Nothing is taken for one number
that holds several.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, ValidationResult

from privacy.spellings.plain_text import NotNormalisableError, checked, shown, text

NOT_ONE = "the value is not a telephone number"
SEVERAL = "there are several telephone numbers in one value: give each by itself"
SPREADSHEET = (
    "a spreadsheet wrote the number in scientific notation and lost its digits: export the column"
    " as text"
)
WORDS = "there are words beside the telephone number: give the number alone"
STUB_DIGITS = 6
"""With fewer digits a part of a value is no number of its own."""

_SCIENTIFIC = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*e\s*\+?\s*\d{1,2}\s*")
_LINES = re.compile(r"[\n\r\v\f\u2028\u2029]+")
_OR = r"and|or|oder|und|bzw\.?|sowie|ou|et|o|y|e|of|en|eller|og|och|lub|tai|או|或|または|и|или"
_SEVERAL = re.compile(
    rf"\s*(?:[|&\n]|[;,](?!\s*(?:ext|isub|phone-context|postd)=)|(?<=\s)(?:{_OR})(?=\s))\s*"
    r"|(?<=\d)[\s\-–]*(?=\+\s*\d)"
)
_EXTENSION = re.compile(
    r"(?<=[\d)])[\s,.\-/(]*\b(?:durchwahl|dw|dwl|nebenstelle|nst|klappe|kl|apparat|app|poste|interno|int|anexo"
    r"|ramal|toestel|tst|wew|linka|anknytning|lokal|extension|extn|ext|tel\.?\s*int|вн|доб|内線|分机|내선)\.?\s*[:.]?"
    r"\s*(\d{1,7})\)?\s*$"
)
_LABEL = re.compile(
    r"^[^\W\d_][^\W\d_.\- ]{0,20}\.?\s*:?\s*(?=[+(\d])|^[^\W\d_]{1,20}[^:\d+]{0,20}:\s*"
)
_LETTERS = re.compile(r"[^\W\d_]")
_VANITY = re.compile(
    r"[+(]*(?:1|00?1|\+?\d{1,3})?[\s().-]*0?(?:[89]\d\d|18[0-9]0)[\s().\-]*[\w\s().\-]+"
)
_STROKE = re.compile(r"(/|\s[-–—]\s)")
_GROUP = range(3, STUB_DIGITS)
_TAG_EXTENSION = ";ext="
_NATIONAL = "~"


@dataclass(frozen=True, slots=True)
class _Number:
    """What was read; ``is_national`` where the value itself names no country."""

    number: PhoneNumber
    is_national: bool

    @property
    def e164(self) -> str:
        return phonenumbers.format_number(self.number, PhoneNumberFormat.E164)

    @property
    def extension(self) -> str:
        return str(self.number.extension or "").lstrip("0")

    def extended(self, spelling: str) -> str:
        return f"{spelling}{_TAG_EXTENSION}{self.extension}" if self.extension else spelling


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def region_of(country: str | None, tenant: str) -> str:
    """Where a record's numbers without a country are taken to be."""
    return country if country in _regions() else tenant


def phone(value: str, region: str) -> str:
    """The number as E.164, without its extension; ``region`` (ISO 3166) is used where it names no country.

    What cannot be dialled keeps its digits, or its words where they would make another number: looking it
    up still works. Raises ``NotNormalisableError``.
    """
    folded = _folded(value)
    if _SCIENTIFIC.fullmatch(folded):
        return folded.replace(" ", "")
    read = _read(folded, region)
    return _digits(folded) if read is None else read.e164


def require_possible(value: str, region: str) -> None:
    """Raise ``NotNormalisableError`` with the reason where it is no single number of that region."""
    folded = _folded(value)
    if _SCIENTIFIC.fullmatch(folded):
        raise NotNormalisableError(SPREADSHEET)
    if not any(c.isdigit() for c in folded):
        raise NotNormalisableError(NOT_ONE)
    if len(_parts(folded, region)) > 1:
        raise NotNormalisableError(SEVERAL)
    if _has_words(folded):
        raise NotNormalisableError(WORDS)
    read = _read(folded, region)
    if read is None or not _is_possible(read):
        raise NotNormalisableError(
            f"it is no possible telephone number of {region}: write it in full, or with its country code"
        )


def numbers_of(value: str, region: str) -> list[str]:
    """The numbers in a value that holds one or several, as given; raises where one is cut short."""
    kept = [part.strip() for part in _parts(_folded(value), region)]
    if len(kept) > 1 and any(_count(part) < STUB_DIGITS for part in kept):
        message = "one of the telephone numbers is cut short: write each in full"
        raise NotNormalisableError(message)
    return list(dict.fromkeys(kept))


def without_extension(value: str) -> str:
    """What stands before an extension; raises ``NotNormalisableError`` for what no text may be."""
    return _before_extension(_folded(value))


def written(value: str, country: str | None, tenant: str) -> list[str]:
    """All spellings by which a record with the number is found, of a tenant in that region."""
    region = region_of(country, tenant)
    found = [
        spelling
        for part in _parts(_folded(value), region)
        for spelling in _written(part, region, tenant)
    ]
    return list(dict.fromkeys(found)) or [phone(value, region)]


def sought(value: str, region: str) -> list[str]:
    """The spellings by one of which whoever has the number is found; one with an extension finds who has
    just this one. Raises ``NotNormalisableError`` for what is no single number.
    """
    folded = _folded(value)
    if len(_parts(folded, region)) > 1:
        raise NotNormalisableError(SEVERAL)
    read = None if _SCIENTIFIC.fullmatch(folded) else _read(folded, region)
    if read is None:
        return [phone(value, region)]
    found = [read.extended(read.e164)]
    if read.is_national:
        found.append(read.extended(_NATIONAL + _dialled(folded)))
    return found


def _written(part: str, region: str, tenant: str) -> list[str]:
    read = None if _SCIENTIFIC.fullmatch(part) else _read(part, region)
    if read is None:
        return [phone(part, region)]
    found = [read.e164]
    if region != tenant and _is_of(read.number, region):
        national = phonenumbers.format_number(
            _without_extension(read.number), PhoneNumberFormat.NATIONAL
        )
        significant = phonenumbers.national_significant_number(read.number)
        found += [_NATIONAL + one for one in (_digits(national), significant)]
        if read.is_national:
            found.append(_NATIONAL + _dialled(part))
    return found + [read.extended(one) for one in found if read.extension]


def _folded(value: str) -> str:
    """One spelling of the characters, with lines kept apart and extensions in the library's own word."""
    lines = _LINES.split(shown(checked(value)))
    folded = " | ".join(text(line) for line in lines if line.strip())
    return _EXTENSION.sub(r" ext. \1", folded)


def _parts(folded: str, region: str) -> list[str]:
    """The numbers that stand in the text: an area code before a stroke belongs to what follows it."""
    if _SCIENTIFIC.fullmatch(folded):
        return [folded]
    pieces = [piece for piece in _SEVERAL.split(folded) if any(c.isdigit() for c in piece)]
    if len(pieces) > 1 and not any(_count(piece) >= STUB_DIGITS for piece in pieces[1:]):
        read = _read(folded, region)
        pieces = [folded] if read is not None and read.extension else pieces
    return [part for piece in pieces for part in _stroked(piece, region)] or [folded]


def _stroked(piece: str, region: str) -> list[str]:
    first, *rest = _STROKE.split(piece)
    found = [first]
    for stroke, one in zip(rest[::2], rest[1::2], strict=True):
        if _count(one) and _is_whole(found[-1], one, stroke, region):
            found.append(one)
        else:
            found[-1] += f"{stroke}{one}"
    return found


def _is_whole(before: str, after: str, stroke: str, region: str) -> bool:
    """Whether what stands before a stroke is a number already: two figures behind it are its other end."""
    if _count(before) > STUB_DIGITS and _count(after) > STUB_DIGITS:
        return True
    if stroke != "/" or ("/" in before and _count(after) in _GROUP):
        return False
    read = _read(before, region)
    return read is not None and phonenumbers.is_valid_number(read.number)


def _read(folded: str, region: str) -> _Number | None:
    known = region if region in _regions() else None
    read = _parsed(_LABEL.sub("", folded, count=1), known)
    if folded.startswith("00") and (read is None or not _is_possible(read)):
        abroad = _parsed(f"+{folded[2:]}", known)
        read = abroad if abroad is not None and _is_possible(abroad) else read
    return read


def _parsed(folded: str, region: str | None) -> _Number | None:
    try:
        number = phonenumbers.parse(folded, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    source = number.country_code_source
    return _Number(number, source == CountryCodeSource.FROM_DEFAULT_COUNTRY)


def _is_possible(read: _Number) -> bool:
    if not (read.number.national_number or 0):
        return False
    reason = phonenumbers.is_possible_number_with_reason(read.number)
    is_local = read.is_national and reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    return reason == ValidationResult.IS_POSSIBLE or is_local


def _has_words(folded: str) -> bool:
    """Whether letters stand there that are no label before it, no extension, and no number by words."""
    number = re.sub(
        r"\s*(?:ext\.|;ext=|x|#|доб\.?)\s*\d{1,7}\s*$", "", _LABEL.sub("", folded, count=1)
    )
    return bool(_LETTERS.search(number)) and not _VANITY.fullmatch(number)


def _is_of(number: PhoneNumber, region: str) -> bool:
    return phonenumbers.country_code_for_region(region) == number.country_code


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    bare = PhoneNumber()
    bare.merge_from(number)
    bare.extension = None
    return bare


def _dialled(folded: str) -> str:
    """The digits as they are given, without the extension."""
    if _LETTERS.search(_LABEL.sub("", folded, count=1)) and _VANITY.fullmatch(folded):
        folded = phonenumbers.convert_alpha_characters_in_number(folded)
    return _digits(_before_extension(folded))


def _before_extension(folded: str) -> str:
    return re.split(r"\s*(?:ext\.|;ext=|[x#,;])\s*(?=\d{1,7}\s*$)", folded)[0]


def _digits(value: str) -> str:
    digits = "".join(str(int(c)) for c in value if c.isdecimal())
    if not digits:
        raise NotNormalisableError(NOT_ONE)
    return digits


def _count(value: str) -> int:
    return sum(c.isdecimal() for c in value)
