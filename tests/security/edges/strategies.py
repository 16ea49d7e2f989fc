"""Values of every type, the usual and the odd, as Hypothesis draws them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.security.edges.values import OF_TYPE

Strategy = st.SearchStrategy[Any]

UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202e\u2066\u2069\ufeff\u00ad\u034f\u061c\u180b\u180e\u17b4\u3164\ufe0f"
    "\U000e0067\U000e007f\u2028\u2029\x1f\x7f\x85\x0b\x1c"
)
"""What nobody sees: joiners, marks of direction, fillers, selectors, tags, separators, controls."""
SEEN = (
    "aZäß\u0131İéœO'\u2019\u2018`-\u2010.@ \u00a0,;/%_\\\"{}<>&\u0301\u0327\ufb01\u00b2\u2460"
    "ذب\u0640\u064bאשׁ田中太郎カﾊﾟ한कष\u094d\u03a3\u03c3\u03c2\u1369\u0663\u0967\U0001e4f1\U00010d41\U00011f51\ufdfa"
    "\U0001f468\U0001f469\U0001f3fd\U0001f3f4\U0001f1e9\u2764\u00b4\u2022\u2026"
)
_LETTERS = st.one_of(
    st.sampled_from(UNSEEN), st.sampled_from(SEEN), st.characters(exclude_categories=["Cs"])
)
ODD = [
    *("", " ", "\0", "\u200b", " x ", "\ufeffx", "O\u2019Brien", "\u0645\u064f\u062d\u0645\u062f"),
    *("a\tb\nc", "\u0130", "ß" * 200, "a\ufe0f\u200d\U0001f600", "\u061c\u200dب", "\U0001e4f1"),
    *("x" * 200, "x" * 201, "\ufdfa" * 60, "=1+1", "NULL", "null", "0", "-", "\u2022\u2022\u20221"),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
]
TEXT = st.one_of(
    st.sampled_from(ODD),
    st.text(_LETTERS, max_size=12),
    st.text(_LETTERS, min_size=1, max_size=4),
    st.text(_LETTERS, min_size=195, max_size=205),
)

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_YEARS = st.sampled_from([1, 2, 1582, 1849, 1850, 1970, 2026, 2999, 3000, 9998, 9999])
_DAYS = st.one_of(
    st.dates(),
    st.builds(date, _YEARS, st.just(1), st.just(1)),
    st.builds(date, _YEARS, st.just(12), st.just(31)),
)


def _at_an_edge(day: date, late: bool, zone: timezone) -> str:  # noqa: FBT001 - drawn by Hypothesis
    moment = datetime(day.year, day.month, day.day, tzinfo=zone)
    if late:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment.isoformat()


DAY = st.one_of(_DAYS.map(str), st.sampled_from(OF_TYPE["Date"]))
MOMENT = st.one_of(
    st.datetimes(timezones=_OFFSETS).map(datetime.isoformat),
    st.builds(_at_an_edge, _DAYS, st.booleans(), _OFFSETS),
    st.sampled_from(OF_TYPE["DateTime"]),
)
DECIMAL = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**6),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=10**15),
    st.decimals(),
).map(str) | st.sampled_from(OF_TYPE["Decimal"])
DURATION = st.sampled_from(OF_TYPE["Duration"]) | st.from_regex(
    r"P([0-9]{1,7}Y)?([0-9]{1,7}M)?([0-9]{1,3}W)?([0-9]{1,7}D)?(T[0-9]{1,7}[HMS])?", fullmatch=True
)
WHOLE = st.sampled_from(OF_TYPE["Int"]) | st.integers(-10, 110)
FLOAT = st.sampled_from(OF_TYPE["Float"]) | st.floats(-181, 181) | st.floats(allow_nan=False)

OF_SCALAR: Mapping[str, Strategy] = {
    "String": TEXT,
    "Int": WHOLE,
    "Float": FLOAT,
    "Boolean": st.booleans(),
    "Decimal": DECIMAL,
    "Date": DAY,
    "DateTime": MOMENT,
    "Duration": DURATION,
}
