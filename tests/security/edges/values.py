"""Edge values, by the type of the leaf that they are sent to."""

from collections.abc import Mapping, Sequence
from typing import Any

LONG = "x" * 70_000
_TEXTS = [
    "",
    " ",
    "\0",
    "\ud800",
    LONG,
    "x" * 201,
    "\u200b",
    "%_'\"\\",
    "{}",
    "\u0663",
    "a\tb\n",
    "9" * 400,
]
_INTEGERS = [0, -1, 2**31 - 1, -(2**31), 2**31, 2**53, 2**63, 10**400, 1.0, 1.5, 1e300, "1", True]

OF_TYPE: Mapping[str, Sequence[Any]] = {
    "String": [*_TEXTS, 5, ["x"], {}],
    "Int": _INTEGERS,
    "Float": [0, -0.0, 1e308, -1e308, 5e-324, 90.0000001, 2**63, 10**400, "NaN", "1"],
    "Decimal": [
        *("0", "-1", "-0", "1000000000000000", "999999999999999.9999", "9" * 30, "-" + "9" * 30),
        *("0.00001", "1.0000000001", "1.00000", "1e3", "NaN", "Infinity", "", "\u0663", 5, 1e15),
    ],
    "Date": [
        *("0001-01-01", "9999-12-31", "9999-12-30", "1849-12-31", "2024-02-30", "2024-02-29", ""),
        *("2024-1-1", "\u0662\u0660\u0662\u0664-01-01", "20240101", "2024-W01-1", "0000-00-00", 5),
    ],
    "DateTime": [
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00"),
        *("9999-12-31T23:59:59-14:00", "2026-10-25T02:30:00+02:00", "2026-01-01T00:00:00", "", "T"),
        *("2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.1234567Z", 5),
    ],
    "Duration": [
        *("P100Y", "P101Y", "P0D", "PT0S", "P9999999D", "P1200M", "P36600D", "PT878400H", "PT1S"),
        *("-P1D", "P1.5D", "P", "", "\0", "P\u0663D", "P1Y2M3W4DT5H6M7S", "1 day"),
    ],
    "Boolean": [True, False, "true", 1],
}
TIMES = {"DateTime": "2026-01-01T00:00:00Z", "Date": "2026-01-01", "Duration": "P1D"}


def ids(known: Sequence[str], foreign: Sequence[str]) -> list[Any]:
    """Ids that are none, that are of other types, and that are of another tenant."""
    nobody = "00000000-0000-0000-0000-000000000000"
    return [
        *(
            "",
            " ",
            "\0",
            "\ud800",
            "cus_",
            f"cus_{nobody}",
            f"CUS_{nobody}",
            f"cus_{nobody}\0",
            LONG,
        ),
        *(nobody, "Q3VzdG9tZXI6MQ==", "mem_\u0663", 5, -1, 2**63, 1.5, *known, *foreign),
    ]


def lists(values: Sequence[Any]) -> list[Any]:
    """Lists of edge values: none of them, nothing, each, twice, too many, and lists within lists."""
    first = values[0]
    return [[], [None], *([one] for one in values), [first, first], [first] * 501, [[first]], {}]
