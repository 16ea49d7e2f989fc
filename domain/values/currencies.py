"""Currencies: which there are, how many decimal places each has, and when a withdrawn one was money.

Active codes and their places are ISO 4217's (list one). When a withdrawn one was legal tender is CLDR's.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from privacy import caches

ACTIVE = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - one code a line would fill three pages
)

PLACES_MAX = 4
"""What the database keeps; no currency of ISO 4217 that is not a unit of account has more than three."""

_BY_PLACES = {
    0: "ADP BEF BIF BYB BYR CLP DJF ESP GNF GRD ISK ITL JPY KMF KRW LUF MGF PTE PYG RWF TPE TRL UGX VND"
    " VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
"""ISO 4217's, not CLDR's, which leaves out what is no longer coined. All others have two."""

_PLACES: Mapping[str, int] = {
    code: places for places, codes in _BY_PLACES.items() for code in codes.split()
}

Span = tuple[date, date]


def is_known(code: str) -> bool:
    """Whether it is money, or was."""
    return code in ACTIVE or code in withdrawn()


def places(code: str) -> int:
    """How many decimal places a currency has."""
    return _PLACES.get(code, 2)


def was_tender(code: str, day: date) -> bool:
    """Whether a withdrawn currency was legal tender somewhere on a day."""
    span = withdrawn().get(code)
    return span is not None and span[0] <= day <= span[1]


@lru_cache(maxsize=caches.ONCE)
def withdrawn() -> Mapping[str, Span]:
    """From when until when each currency was legal tender that is so no longer."""
    from babel.core import get_global  # noqa: PLC0415 - read where somebody names such a currency only

    spans: dict[str, Span] = {}
    for uses in get_global("territory_currencies").values():
        for code, begin, end, is_tender in uses:
            if is_tender and end and code not in ACTIVE:
                first, last = spans.get(code, (date.max, date.min))
                since = date(*begin) if begin else date.min
                spans[code] = (min(first, since), max(last, date(*end)))
    return spans
