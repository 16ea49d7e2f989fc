"""What customers, deals and interactions are made of, as Hypothesis draws it."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.security.edges.strategies import DAY, DECIMAL, MOMENT, TEXT, Strategy

Input = dict[str, Any]

POINTS = {
    "EMAIL": [
        "a@example.com",
        "A+b@Example.COM",
        "anna@firma.local",
        "x@",
        '"a b"@example.com',
        "ä@exämple.de",
        "<a@example.com>",
        "mailto:a@example.com?subject=x",
        "a\u200b@example.com",
        "\uff41@example.com",
        "用户@例え.jp",
        "anna@[192.0.2.1]",
        "a.@docomo.ne.jp",
    ],
    "PHONE": [
        "030 1234567",
        "+49 30 1234567 ext. 5",
        "110",
        "4,9E+11",
        "+1 (212) 555-0100",
        "abc",
        "٠٣٠١٢٣٤٥٦٧",
        "\u202a+49 30 1234567\u202c",
        "tel:+49-30-1234567;ext=5",
        "030\n1234567",
        "\u1369",
        "1-800-FLOWERS",
        "+49 (0)30 1234567",
    ],
    "POSTAL": ["Weg 1\n10115 Berlin", " ", "x" * 1001],
    "SOCIAL": ["@anna", "\u200b"],
    "WEB": ["https://example.com", "x"],
}
POINT = st.sampled_from(sorted(POINTS)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"kind": st.just(kind), "value": st.sampled_from(POINTS[kind])},
        optional={"label": TEXT, "preferred": st.booleans(), "verified": st.booleans()},
    )
)
SHORT = st.one_of(st.text(max_size=5), TEXT)
CUSTOM_VALUES = {
    "rt_text": TEXT,
    "rt_plain": TEXT,
    "rt_number": DECIMAL
    | st.sampled_from(["1E+2", "-0", "0.5", "1_000", "٣", "NaN", " 7 ", "1E-99999"]),
    "rt_whole": st.sampled_from(["+5", "007", "1.0", "٣", "9" * 30, "9" * 31]),
    "rt_day": DAY,
    "rt_time": MOMENT,
    "rt_flag": st.sampled_from(["true", "TRUE", "1", "true\u200b"]),
    "rt_choice": st.sampled_from(["red", "Red", " red", "rouge\u200b", "é"]),
}
TYPES: dict[str, Input] = {
    "rt_text": {"type": "TEXT"},
    "rt_plain": {"type": "TEXT", "sealed": False, "category": "user.behavior"},
    "rt_number": {"type": "DECIMAL", "sealed": False, "category": "user.behavior"},
    "rt_whole": {"type": "INTEGER"},
    "rt_day": {"type": "DATE"},
    "rt_time": {"type": "DATETIME", "sealed": False, "category": "user.behavior"},
    "rt_flag": {"type": "BOOLEAN"},
    "rt_choice": {"type": "CHOICE", "choices": ["red", "rouge", "\u0065\u0301", "é"]},
}
"""Custom fields of every type."""
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "givenName": TEXT,
    "familyName": TEXT,
    "lifecycle": st.sampled_from(["LEAD", "CUSTOMER", "PAST"]),
    "contactPoints": st.lists(POINT, max_size=3),
    "birthDate": DAY,
    "language": st.sampled_from(
        ["EN", "de-de", "zh-hans-cn", "x-y", "german", "de-DE-u-co-phonebk", ""]
    ),
    "timeZone": st.sampled_from(["europe/berlin", "Asia/Calcutta", "UTC", "CEST"]),
    "country": st.sampled_from(["de", "AQ", "XK", "AC", "ZZ", "FR"]),
    "location": st.fixed_dictionaries(
        {"latitude": st.floats(-91, 91), "longitude": st.floats(-181, 181)}
    ),
    "externalReferences": st.lists(
        st.fixed_dictionaries({"system": SHORT, "id": SHORT}), max_size=3
    ),
    "tags": st.lists(TEXT, max_size=3),
    "customFields": st.lists(
        st.one_of(
            *(
                st.fixed_dictionaries({"name": st.just(name), "value": values})
                for name, values in CUSTOM_VALUES.items()
            )
        ),
        max_size=3,
        unique_by=lambda one: one["name"],
    ),
}
ONLY_OF = {
    "PERSON": {"givenName", "familyName", "birthDate"},
    "ORGANIZATION": {"organizationName"},
}
ALL_FIELDS = {**FIELDS, "organizationName": TEXT, "nationalId": TEXT}
"""Those that compliance may write."""
FEW = 3
"""So many fields of a customer are given at once: of more one is wrong mostly, and all are refused."""


def some(fields: Mapping[str, Strategy]) -> Strategy:
    """A few of the fields."""
    names = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=FEW, unique=True)
    return names.flatmap(lambda few: st.fixed_dictionaries({name: fields[name] for name in few}))


def _of(kind: str) -> Mapping[str, Strategy]:
    others = {name for other, names in ONLY_OF.items() if other != kind for name in names}
    return {name: values for name, values in ALL_FIELDS.items() if name not in others}


CUSTOMER = st.sampled_from(sorted(ONLY_OF)).flatmap(
    lambda kind: st.tuples(st.just(kind), some(_of(kind)))
)

MONEY = st.fixed_dictionaries(
    {"amount": DECIMAL, "currency": st.sampled_from(["EUR", "JPY", "KWD", "HRK", "XXX", "eur"])}
)
DAYS = st.one_of(DAY, st.just("2022-06-01"))
DEAL = st.fixed_dictionaries({"title": TEXT}, optional={"value": MONEY, "expectedClose": DAYS})
CONTACT = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["EMAIL", "PHONE"]),
        "direction": st.just("INBOUND"),
        "occurredAt": MOMENT,
    },
    optional={
        "subject": TEXT,
        "body": TEXT,
        "durationSeconds": st.sampled_from([0, -1, 1, 604_800, 604_801, 2**31 - 1]),
    },
)
