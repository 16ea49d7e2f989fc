"""Street patterns: the forms of a street with its number, each with the score that it deserves.

INVARIANT: every repetition is bounded, for the texts come from strangers. The group `it` is the
find where the pattern is wider; the group `word` must not be English ("during 1971" is no street).
"""

from __future__ import annotations

from typing import Final

from privacy.detection.recognizers.patterns.address_tail import CODE
from privacy.detection.recognizers.patterns.streets import (
    AFTER,
    AFTER_ALONE,
    BEFORE,
    BEFORE_PLAINLY,
    BETWEEN,
    ENDING,
    JOIN,
    UNIT,
)

_HOUSE: Final = r"\d{1,6}(?:[ /-]\d{1,4})?(?:[ ]?[a-zA-Z](?!\w))?"
_HOUSE_FIRST: Final = rf"(?:{_HOUSE},?[ ])?"
_WORD: Final = r"""
    (?:\p{Lu}[\p{L}\p{M}'’-]{0,30}(?:(?<=(?<!\p{L})\p{L}{1,4})\.)?|\d{1,3}(?:st|nd|rd|th))"""
_NAME: Final = rf"{_WORD}(?:{JOIN}[ ]{_WORD}){{0,4}}"
_AFTER_BEFORE: Final = rf"[ ]?{JOIN}[ ]?{_NAME}"
_SMALL: Final = r"[\p{L}\p{M}.'’-]{2,30}(?:[ ][\p{L}\p{M}.'’-]{2,30}){0,3}"
_CORNER: Final = rf"(?:{_WORD}[ ](?:{_WORD}[ ])?and[ ])?"
_MONTH: Final = r"""
    (?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?
    |sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"""
_LIVES: Final = r"""
    (?i:\bliv(?:es?|ed|ing)\s(?:on|at|in) | \baddress(?:\sis|\sto|:|\swith)?:?
    | \blocated\s(?:at|on|in) | \boffices?\s(?:is|are)\s(?:at|on|in) | \barrived\sat | \bside\sof
    | \b(?:return|sen[dt]|deliver(?:ed)?|ship(?:ped)?|mail(?:ed)?|taxi)\s(?:it\s)?to | \bmoved\sto
    )\s{1,6}"""
_CORNER_OF: Final = r"""
    (?<!\w)(?i:(?:the\s)?corner\sof)\s[^\n,?!]{2,40}?\sand
    \s(?:[^\W\d_]{1,30}[ ]){0,2}[^\W\d_]{2,30}"""
# The three forms of the United States' military post: base, field and ship.
_MILITARY: Final = r"""
    (?<!\w)(?i: (?:(?:PSC|CMR|Unit)\s\d{1,5},?\sBox\s\d{1,5} | US(?:S|NS|NV|CGC)\s[^\W\d_]{2,30})
    (?:,?\s{1,4}(?:APO|DPO|FPO),?\s(?:AA|AE|AP)\s\d{5})? )"""
_POST_BOX: Final = r"""
    (?<!\w)(?:\d{1,6}[ ])?
    (?i:P\.?[ ]?O\.?[ ]?Box|Postfach|Casella\spostale|Apartado(?:\sde\scorreos)?)\s\d{1,7}"""

_BY_ENDING: Final = rf"""
    (?<!\w){_CORNER}{_HOUSE_FIRST}(?:{_WORD}[ ]){{0,3}}
    (?P<word>(?i:\p{{L}}{{2,30}}{ENDING}))[ ]?{_HOUSE}(?!\w)"""
_BY_CONTEXT: Final = rf"""
    {_LIVES}(?P<it>{_CORNER}(?:(?:{_HOUSE}[ ])?{_NAME}[ ]{_HOUSE}|{_HOUSE}[ ]{_NAME}))(?!\w)"""
# No word for a street, but a postal code and a town: "Tanvaldská 940, 676 30 Košťany".
_PLACES: Final = rf"(?:{_NAME},?[ ]){{0,2}}"
_BY_CODE_AND_TOWN: Final = rf"""
    (?<!\w){_NAME},?[ ]{_HOUSE}(?=,[ ]{_PLACES}{CODE},?[ ](?!Euros?\b|Dollars?\b)\p{{Lu}}\p{{Ll}})"""
_BY_NUMBER_AND_CODE: Final = rf"(?<!\w){_HOUSE},[ ]{_NAME}(?=,[ ]{_PLACES}{CODE})"

STREETS: Final = (
    (rf"{_HOUSE_FIRST}(?<![\p{{L}}\p{{N}}]){_NAME}[ ]{AFTER_ALONE}(?!\w)", 0.7),
    (rf"(?<!\w){_HOUSE},?[ ]{_NAME}[ ]{AFTER}(?!\w)", 0.85),
    (rf"(?<!\w){_CORNER}{_HOUSE_FIRST}{BEFORE}{_AFTER_BEFORE},?[ ]{_HOUSE}(?!\w)", 0.85),
    (rf"(?<!\w){_HOUSE_FIRST}{BEFORE_PLAINLY}[ ]{_SMALL},?[ ]{_HOUSE}(?!\w)", 0.7),
    (rf"(?<!\w){_HOUSE},?[ ]{BEFORE}{_AFTER_BEFORE}", 0.8),
    (rf"(?<!\w){_HOUSE},?[ ]{BEFORE_PLAINLY}[ ]{_SMALL}", 0.7),
    (_BY_ENDING, 0.8),
    (rf"(?<!\w){_CORNER}{_HOUSE_FIRST}{_NAME}[ ]{BETWEEN}[ ]{_HOUSE}\.?(?!\w)", 0.85),
    # A number on both sides: "5366 Pivovarská 276".
    (rf"(?<![\w.,])\d{{1,6}}[ ](?!{_MONTH})(?=\p{{L}}{{4}}){_NAME}[ ]{_HOUSE}(?!\w)", 0.6),
    (rf"(?<!\w){_CORNER}{_NAME}[ ]{_HOUSE}(?=[,\s]{{1,8}}{UNIT})", 0.7),
    (_BY_CONTEXT, 0.7),
    (_BY_CODE_AND_TOWN, 0.6),
    (_BY_NUMBER_AND_CODE, 0.6),
    (rf"(?<!\w){UNIT}(?!\w)", 0.5),
    (_CORNER_OF, 0.8),
    (_MILITARY, 0.95),
    (_POST_BOX, 0.8),
)
