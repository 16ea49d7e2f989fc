"""Telephone numbers: in one spelling each, as callers write them, and why what is none is refused.

A record is found by the number as E.164, by that with its extension, and, where the record stands in
another country than its tenant, by the digits as they are dialled there. Nothing is taken for one number
that holds several.
"""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from privacy.spellings import read_number
from privacy.spellings.plain_text import NotNormalisableError, checked, shown, text

NOT_ONE = "the value is not a telephone number"
SEVERAL = "there are several telephone numbers in one value: give each by itself"
SPREADSHEET = (
    "a spreadsheet wrote the number in scientific notation and lost its digits: export the column"
    " as text"
)
DECIMAL = "a spreadsheet made a decimal number of the telephone number: export the column as text"
WORDS = "there are words beside the telephone number: give the number alone"
STUB_DIGITS = 6
"""With fewer digits a part of a value is no number of its own."""

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
_STROKE = re.compile(r"(/|\s[-–—]\s)")
_GROUP = range(3, STUB_DIGITS)
_GROUPED = 6
"""With so many strokes and groups behind the first, all of them short, strokes only group the digits."""
_NATIONAL = "~"


def region_of(country: str | None, tenant: str) -> str:
    """Where a record's numbers without a country are taken to be."""
    return country if country in read_number.regions() else tenant


def phone(value: str, region: str) -> str:
    """The number as E.164, without its extension; ``region`` (ISO 3166) is used where it names no country.

    What cannot be dialled keeps its digits, or its words where they would make another number: looking it
    up still works. Raises ``NotNormalisableError``.
    """
    folded = _folded(value)
    if read_number.is_scientific(folded):
        return folded.replace(" ", "")
    read = read_number.read(folded, region)
    known = read_number.digits(folded) if read is None else read.e164
    if not known:
        raise NotNormalisableError(NOT_ONE)
    return known


def require_possible(value: str, region: str) -> None:
    """Raise ``NotNormalisableError`` with the reason where it is no single number of that region."""
    folded = _folded(value)
    if read_number.is_scientific(folded):
        raise NotNormalisableError(SPREADSHEET)
    if read_number.is_decimal(folded):
        raise NotNormalisableError(DECIMAL)
    if not any(c.isdecimal() for c in folded):
        raise NotNormalisableError(NOT_ONE)
    folded = _only_part(folded, region)
    read = read_number.read(folded, region)
    if read is None and read_number.has_letters(folded):
        raise NotNormalisableError(WORDS)
    if read is None or not read.is_possible:
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
    return read_number.before_extension(_folded(value))


def written(value: str, country: str | None, tenant: str) -> list[str]:
    """All spellings by which a record with the number is found, of a tenant in that region."""
    region = region_of(country, tenant)
    found = [
        spelling
        for part in _parts(_folded(value), region)
        for spelling in _written(part, region, tenant)
    ]
    return list(dict.fromkeys(found)) or [phone(value, region)]


def has_spellings(value: str, region: str) -> bool:
    """Whether what cannot be dialled can be found all the same: it has digits, and is not too long."""
    try:
        return bool(written(value, None, region))
    except NotNormalisableError:
        return False


def sought(value: str, region: str) -> list[str]:
    """The spellings by one of which whoever has the number is found; one with an extension finds who has
    just this one. Raises ``NotNormalisableError`` for what is no single number.
    """
    folded = _only_part(_folded(value), region)
    read = read_number.read(folded, region)
    if read is None:
        return [phone(value, region), _NATIONAL + read_number.dialled(folded)]
    found = [read.extended(read.e164)]
    if read.is_local:
        found.append(read.extended(_NATIONAL + read_number.dialled(folded)))
    return found


def _written(part: str, region: str, tenant: str) -> list[str]:
    read = read_number.read(part, region)
    if read is None:
        return [phone(part, region)]
    found = [read.e164]
    if region != tenant and _is_of(read.number, region):
        national = phonenumbers.format_number(
            _without_extension(read.number), PhoneNumberFormat.NATIONAL
        )
        significant = phonenumbers.national_significant_number(read.number)
        found += [_NATIONAL + one for one in (read_number.digits(national), significant)]
    if region != tenant and read.is_local:
        found.append(_NATIONAL + read_number.dialled(part))
    return found + [read.extended(one) for one in found if read.extension]


def _folded(value: str) -> str:
    """One spelling of the characters, with lines kept apart and extensions in the library's own word."""
    lines = _LINES.split(shown(checked(value)))
    folded = " | ".join(text(line) for line in lines if line.strip())
    return _EXTENSION.sub(r" ext. \1", folded)


def _parts(folded: str, region: str) -> list[str]:
    """The numbers that stand in the text: an area code before a stroke belongs to what follows it."""
    if read_number.is_scientific(folded) or read_number.is_decimal(folded):
        return [folded]
    pieces = [piece for piece in _SEVERAL.split(folded) if any(c.isdecimal() for c in piece)]
    is_other_end = any(_count(piece) >= STUB_DIGITS or piece[0] in "-–" for piece in pieces[1:])
    if len(pieces) > 1 and not is_other_end:
        read = read_number.read(folded, region)
        pieces = [folded] if read is not None and read.extension else pieces
    return [part for piece in pieces for part in _stroked(piece, region)] or [folded]


def _only_part(folded: str, region: str) -> str:
    parts = _parts(folded, region)
    if len(parts) > 1:
        raise NotNormalisableError(SEVERAL)
    return parts[0]


def _stroked(piece: str, region: str) -> list[str]:
    first, *rest = _STROKE.split(piece)
    if len(rest) >= _GROUPED and all(_count(one) < STUB_DIGITS for one in (first, *rest)):
        return [piece]
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
    read = read_number.read(before, region)
    return read is not None and phonenumbers.is_valid_number(read.number)


def _is_of(number: PhoneNumber, region: str) -> bool:
    return phonenumbers.country_code_for_region(region) == number.country_code


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    bare = PhoneNumber()
    bare.merge_from(number)
    bare.extension = None
    return bare


def _count(value: str) -> int:
    return sum(c.isdecimal() for c in value)
