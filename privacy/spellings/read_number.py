"""Reading of one telephone number: what is written is a number of its country, or none."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from privacy import caches

_TAG_EXTENSION = ";ext="

_SCIENTIFIC = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*e\s*\+?\s*\d{1,3}\s*")
_DECIMAL = re.compile(r"\s*\+?\d{6,}[.,]0+\s*")
_LABEL = re.compile(
    r"^[^\W\d_][^\W\d_.\- ]{0,20}\.?\s*:?\s*(?=[+(\d])|^[^\W\d_]{1,20}[^:\d+]{0,20}:\s*"
)
_EXTENDED = re.compile(r"\s*(?:ext\.|;ext=|x|#|доб\.?)\s*\d{1,7}\s*$")
_LETTERS = re.compile(r"[^\W\d_]")
_TWO_WORDS = re.compile(r"[^\W\d_][^\w\-]+[^\W\d_]")
_SPOKEN = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UAN,
    }
)
"""Numbers of which some are given in letters, such as 1-800-FLOWERS."""


@dataclass(frozen=True, slots=True)
class Number:
    """What was read; ``is_national`` where the value itself names no country, and ``is_local`` where its
    digits are those that are dialled in the country: all but those behind a plus.
    """

    number: PhoneNumber
    is_national: bool
    is_local: bool

    @property
    def e164(self) -> str:
        """Country code and number, without the extension."""
        return phonenumbers.format_number(self.number, PhoneNumberFormat.E164)

    @property
    def extension(self) -> str:
        """Its digits, none where there is none."""
        return str(self.number.extension or "").lstrip("0")

    @property
    def is_possible(self) -> bool:
        """Whether there may be such a number, by its length."""
        if not (self.number.national_number or 0):
            return False
        reason = phonenumbers.is_possible_number_with_reason(self.number)
        is_short = self.is_national and reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
        return reason == ValidationResult.IS_POSSIBLE or is_short

    def extended(self, spelling: str) -> str:
        """A spelling with the extension."""
        return f"{spelling}{_TAG_EXTENSION}{self.extension}" if self.extension else spelling


@lru_cache(maxsize=caches.ONCE)
def regions() -> frozenset[str]:
    """The countries whose numbers are known."""
    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def read(folded: str, region: str) -> Number | None:
    """The number, or nothing where there is none, or words beside it."""
    if is_scientific(folded) or is_decimal(folded):
        return None
    known = region if region in regions() else None
    given = _LABEL.sub("", folded, count=1)
    if has_letters(folded):
        return _spoken(given, known)
    found = _parsed(given, known)
    if folded.startswith("00") and (found is None or not found.is_possible):
        abroad = _parsed(f"+{folded[2:]}", known)
        if abroad is not None and abroad.is_possible:
            return replace(abroad, is_local=True)
    return found


def is_scientific(folded: str) -> bool:
    """Whether a spreadsheet has written it as 4.93012E+11."""
    return _SCIENTIFIC.fullmatch(folded) is not None


def is_decimal(folded: str) -> bool:
    """Whether a spreadsheet, or a program, has made 493012345678.0 of it."""
    return _DECIMAL.fullmatch(folded) is not None


def has_letters(folded: str) -> bool:
    """Whether letters stand there that are no label before the number and no extension behind it."""
    return _LETTERS.search(_EXTENDED.sub("", _LABEL.sub("", folded, count=1))) is not None


def dialled(folded: str) -> str:
    """The digits as they are given, without the extension."""
    number = before_extension(_LABEL.sub("", folded, count=1))
    return digits(phonenumbers.convert_alpha_characters_in_number(number))


def before_extension(folded: str) -> str:
    """What stands before an extension."""
    return re.split(r"(?<=[\w)\]])\s*(?:ext\.|;ext=|[x#,;])\s*(?=\d{1,7}\s*$)", folded)[0]


def digits(value: str) -> str:
    """The digits alone, of whatever script; none where there are none."""
    return "".join(str(int(c)) for c in value if c.isdecimal())


def _spoken(given: str, region: str | None) -> Number | None:
    """A number in letters: its digits make no number by themselves. Of a long word the first count."""
    bare = _EXTENDED.sub("", given)
    digits_of = phonenumbers.convert_alpha_characters_in_number(bare)
    found = _parsed(digits_of + given[len(bare) :], region)
    alone = _parsed(_LETTERS.sub(" ", bare), region)
    if found is None or (alone is not None and phonenumbers.is_valid_number(alone.number)):
        return None
    if not _TWO_WORDS.search(given):
        phonenumbers.truncate_too_long_number(found.number)
    return found if phonenumbers.number_type(found.number) in _SPOKEN else None


def _parsed(folded: str, region: str | None) -> Number | None:
    try:
        number = phonenumbers.parse(folded, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    source = number.country_code_source
    is_local = source != CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN
    return Number(number, source == CountryCodeSource.FROM_DEFAULT_COUNTRY, is_local)
