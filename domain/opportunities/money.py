"""Money: an exact amount with its currency."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import InvalidInputError
from domain.faults import Faults

DECIMAL_PLACES_MAX = 4
AMOUNT_MAX = Decimal(10) ** 15

# ISO 4217, active codes.
CURRENCIES = frozenset(
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


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of at least zero with at most four decimal places; never rounded, never mixed."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        faults = Faults()
        with faults.noted():
            self._check_currency()
        with faults.noted():
            self._check_amount()
        faults.settle()

    def _check_currency(self) -> None:
        if self.currency not in CURRENCIES:
            raise InvalidInputError("it must be a currency such as EUR (ISO 4217)", ("currency",))

    def _check_amount(self) -> None:
        exponent = self.amount.as_tuple().exponent
        if not self.amount.is_finite() or not 0 <= self.amount < AMOUNT_MAX:
            raise InvalidInputError("the amount must be at least 0 and below 10^15", ("amount",))
        if not isinstance(exponent, int) or exponent < -DECIMAL_PLACES_MAX:
            raise InvalidInputError("the amount may have four decimal places", ("amount",))
