"""A mapping with every part of every target, each from a column of its own, and cells for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from domain.entities.registry import BUILT_IN
from domain.importing.guide.describe import described, targets
from domain.importing.mapping import document as m
from domain.importing.mapping.declared_targets import attachable
from tests.security.edges.strategies import DAY, MOMENT, TEXT, Strategy

Cells = Mapping[str, Strategy]
Change = Mapping[str, dict[str, Any]]
"""What stands beside the columns of a value, such as its transform."""

CUSTOM = ("fz_text", "fz_number", "fz_whole", "fz_flag", "fz_day", "fz_time", "fz_choice")

_NUMBERS = st.sampled_from(
    [
        *(
            "0",
            "1",
            "12.50",
            "12,50",
            "1.234,56",
            "1,234.56",
            "0.123",
            "1e3",
            "-1",
            "(1)",
            "1-",
            "NaN",
        ),
        *(
            "Infinity",
            "1_000",
            "\u0663\u066b\u0665",
            "12 EUR",
            "€ 5",
            "5 kr",
            "1e-9",
            "9" * 15,
            "9" * 99,
        ),
        *(
            "999999999999999.9999",
            "0.00001",
            "1/2",
            "12%",
            "\u00b2",
            "--1",
            "+1",
            "1.",
            ".5",
            "1.000.000",
        ),
    ]
)
_DAYS = st.sampled_from(
    [
        *(
            "2024-02-29",
            "2024-02-30",
            "20240229",
            "2024-W09-4",
            "29.02.2024",
            "0001-01-01",
            "9999-12-31",
        ),
        *("1849-12-31", "1850-01-01", "2999-12-31", "3000-01-01", "45352", "0000-00-00", "24-2-29"),
        *(
            "2024-02-29T12:00",
            "2024-02-29 12:00+14:00",
            "1850-01-01T00:00+14:00",
            "29.02.24",
            "\u0662",
        ),
        *("2999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "now"),
        *(
            "2026-03-29 02:30",
            "2026-10-25 02:30",
            "2024-02-29T12:00:00.1234567Z",
            "2024-02-29T24:00",
        ),
    ]
)
_POINTS = st.sampled_from(
    [
        *(
            "a@b.example",
            "mailto:a@b.example",
            "<a@b.example>",
            "a@b.example; c@d.example",
            "x@",
            "\u2022@x.y",
        ),
        *(
            "030 1234567",
            "+49 30 1234567 ext. 5",
            "4,9E+11",
            "\u1369",
            "\ufdfa1",
            "030/1 oder 2",
            "tel:1",
        ),
        *("https://b.example", "Weg 1, 10115 Berlin", "x" * 1001, "110", "0049 30 1234567"),
    ]
)
_FLAGS = st.sampled_from(["true", "no", "1", "JA", "\u0661", "True "])
_WORDS = st.sampled_from(
    [
        *(
            "de",
            "EN",
            "zh-hans-cn",
            "german",
            "Europe/Berlin",
            "europe/berlin",
            "CEST",
            "DE",
            "Czechia",
        ),
        *(
            "XK",
            "AC",
            "EUR",
            "eur",
            "DEM",
            "PERSON",
            "person",
            "LEAD",
            "EMAIL",
            "INBOUND",
            "RESOLVED",
        ),
        *("SALES", "sales", "Standard", "New", "Won", "Lost", "GRANTED", "WITHDRAWN", "marketing"),
        *(
            "sales",
            "ADMIN",
            "MEMBER",
            "PARTNER",
            "SUPPLIER",
            "52.5 13.4",
            "91,0",
            "52.5;181",
            "-0 -0",
        ),
    ]
)
_IDS = st.sampled_from(["c1", "c2", "m1", "i1", "d1", "C1", "c1\u200b", "nobody", "\0"])
CELL = st.one_of(TEXT, _NUMBERS, _DAYS, _POINTS, _FLAGS, _WORDS, _IDS)
"""Any cell: what is right for one part is wrong for another."""

STEPS = st.one_of(
    st.sampled_from(["trim", "upper", "lower", "country", "decimal", "given_name", "family_name"]),
    st.sampled_from(["name_title", "name_suffix", "nickname"]),
    st.sampled_from([{"decimal": ","}, {"decimal": "."}, {"lookup": "table"}, {"lookup": "sums"}]),
    st.sampled_from(
        ["%Y-%m-%d", "%d.%m.%y", "%d.%m.%Y %H:%M", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S%z"]
    ).flatmap(lambda form: st.sampled_from([{"date": form}, {"datetime": form}])),
    st.dictionaries(TEXT, st.none() | TEXT, max_size=2).map(
        lambda pairs: {"map": {**pairs, "else": "keep"}}
    ),
    st.dictionaries(TEXT, st.none() | TEXT, max_size=2).map(
        lambda pairs: {"map": {"*x*": "y", **pairs}}
    ),
    st.sampled_from(
        [
            {"family_name": {"words": 2}},
            {"given_name": {"order": "family_first"}},
            {"family_name": {"order": "family_first", "words": 1}},
        ]
    ),
)
"""Each step of a transform, with an argument where it takes one."""

DECLARED = [name for name, one in targets(BUILT_IN).items() if issubclass(one, m.DeclaredTarget)]
"""The targets that follow from declarations."""


def _needed(target: str) -> Iterator[tuple[str, str]]:
    """The cells without which a declared record is not taken in."""
    yield f"{target}.reference", f"{target}1"
    for part in described(BUILT_IN, target):
        if part.name == "record.customer":
            yield f"{target}.{part.name}", "c1"
        elif part.required and part.name.startswith("fields."):
            yield f"{target}.{part.name}", part.values[0] if part.values else "Text"


RIGHT: Mapping[str, str] = {
    **{f"{target}.when": "x" for target in targets(BUILT_IN)},
    "member.reference": "m1",
    "member.handle": "fuzzed",
    "member.role": "MEMBER",
    "member.department": "SALES",
    "member.fields.name": "Ada",
    "partner_account.handle": "reseller",
    "partner_account.kind": "PARTNER",
    "partner_account.name": "Reseller",
    "customer.reference": "c1",
    "customer.department": "SALES",
    "customer.owner": "m1",
    "customer.fields.kind": "PERSON",
    "customer.fields.lifecycle": "LEAD",
    "customer.fields.family_name": "Lovelace",
    "interaction.reference": "i1",
    "interaction.customer": "c1",
    "interaction.author": "m1",
    "interaction.fields.channel": "EMAIL",
    "interaction.fields.direction": "INBOUND",
    "interaction.fields.occurred_at": "2024-03-01T12:00:00Z",
    "opportunity.reference": "d1",
    "opportunity.customer": "c1",
    "opportunity.pipeline": "Standard",
    "opportunity.stage": "New",
    "opportunity.fields.title": "Deal",
    **{column: cell for target in DECLARED for column, cell in _needed(target)},
}
"""A row that is taken in; every other cell of it is empty."""

NUMBERED = frozenset(
    {"m1", "c1", "i1", "d1", "fuzzed", "reseller", *(f"{target}1" for target in DECLARED)}
)
"""Of these each row has its own."""

_SEVERAL = {"contact_points": ("EMAIL", "PHONE", "POSTAL", "SOCIAL", "WEB")}
_STATED = frozenset({"kind", "type", "system", "preferred", "verified"})
"""Parts of lists that a mapping states itself."""


_REFERENCES = (
    "reference",
    "owner",
    "author",
    "manager",
    "customer",
    "participants",
    "relationships.to",
    *(f"record.{name}" for name in attachable(BUILT_IN)),
)


def changeable() -> list[str]:
    """The columns of values; a reference is a column's name."""
    return [column for column in columns() if not column.endswith(_REFERENCES)]


_MONEY = st.sampled_from(
    ["1", "2,5", "0.5", "1.005", "a", "b", "c", "1.234", "9" * 15, "€ 5", "1 KWD"]
)
_CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "eur", "¥", "DEM", "BGN", "HRK", "XXX", ""])
_TIMES = st.one_of(
    st.sampled_from(["2001-06-01", "2022-06-01T12:00", "2024-12-31"]),
    st.sampled_from(
        ["2001-06-01", "2022-06-01T12:00", "2024-12-31", "2999-12-31", "", "9999-12-31"]
    ),
    DAY,
    MOMENT,
).filter(lambda cell: isinstance(cell, str))
_PER_COLUMN: Cells = {
    "customer.fields.given_name": TEXT,
    "customer.fields.country": st.sampled_from(["DE", "FR", "fr", "AQ"]),
    "customer.fields.created_at": _TIMES,
    "customer.fields.birth_date": _TIMES,
    "customer.tags": TEXT,
    "customer.contact_points.PHONE.value": _POINTS,
    "customer.contact_points.PHONE.label": TEXT,
    "customer.contact_points.EMAIL.value": _POINTS,
    "customer.contact_points.POSTAL.value": TEXT,
    "customer.contact_points.WEB.value": TEXT,
    "customer.custom_fields.fz_text": TEXT,
    "customer.custom_fields.fz_number": _NUMBERS,
    "customer.custom_fields.fz_whole": _NUMBERS,
    "customer.custom_fields.fz_flag": _FLAGS,
    "customer.custom_fields.fz_day": _TIMES,
    "customer.custom_fields.fz_time": _TIMES,
    "customer.custom_fields.fz_choice": st.sampled_from(["red", "1", "Red", "1\u200b"]),
    "interaction.fields.occurred_at": _TIMES,
    "interaction.fields.created_at": _TIMES,
    "interaction.fields.subject": TEXT,
    "interaction.fields.body": TEXT,
    "interaction.fields.duration_seconds": st.sampled_from(["0", "90", "604800", "604801", "1.0"]),
    "interaction.fields.outcome": st.sampled_from(["RESOLVED", ""]),
    "opportunity.fields.title": TEXT,
    "opportunity.fields.expected_close": _TIMES,
}
_BY_TYPE: Cells = {
    "text": TEXT,
    "integer": _NUMBERS,
    "decimal": _NUMBERS,
    "boolean": _FLAGS,
    "date": _TIMES,
    "timestamp": _TIMES,
}


def _declared_columns() -> Iterator[tuple[str, Strategy]]:
    for part in (part for target in DECLARED for part in described(BUILT_IN, target)):
        if part.name.startswith("fields."):
            choices = st.sampled_from([*part.values, ""])
            yield f"{part.target}.{part.name}", choices if part.values else _BY_TYPE[part.type]


_TOGETHER: Sequence[tuple[Cells, Cells]] = (
    (
        {"opportunity.fields.amount": _MONEY, "opportunity.fields.currency": _CURRENCIES},
        {
            "opportunity.stage": st.sampled_from(["New", "Won"]),
            "opportunity.fields.closed_at": _TIMES,
            "opportunity.fields.created_at": _TIMES,
            "opportunity.fields.expected_close": _TIMES,
        },
    ),
    (
        {"opportunity.stage": st.just("Lost"), "opportunity.fields.lost_reason": TEXT},
        {"opportunity.fields.closed_at": _TIMES},
    ),
    (
        {
            "customer.consents.purpose": st.just("marketing"),
            "customer.consents.status": st.sampled_from(["GRANTED", "WITHDRAWN"]),
        },
        {
            "customer.consents.method": TEXT,
            "customer.consents.given_at": _TIMES,
            "customer.consents.withdrawn_at": _TIMES,
            "customer.consents.expires_at": _TIMES,
        },
    ),
)
"""What says something together only, and what may stand beside it."""


def nearly_right() -> Strategy:
    """The cells of a row in which little is wrong."""
    each = {**_PER_COLUMN, **dict(_declared_columns())}
    alone = st.sampled_from(sorted(each)).flatmap(
        lambda column: st.fixed_dictionaries({column: each[column]})
    )
    together = st.sampled_from(_TOGETHER).flatmap(
        lambda cells: st.fixed_dictionaries(dict(cells[0]), optional=dict(cells[1]))
    )
    return st.one_of(alone, together, together)


def columns() -> list[str]:
    """A column for every part that ``farley import describe`` lists."""
    return list(dict.fromkeys(_columns()))


def _columns() -> Iterator[str]:
    for part in described(BUILT_IN):
        outer, _, own = part.name.partition("[].")
        if own in _STATED:
            continue
        for item in _items(outer):
            yield ".".join(filter(None, (part.target, outer, item, own)))


def _items(part: str) -> tuple[str, ...]:
    if part == "custom_fields":
        return CUSTOM
    return _SEVERAL.get(part, ("",))


def _declared_parts(target: str, value: Callable[[str], Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for part in described(BUILT_IN, target):
        outer, _, own = part.name.partition(".")
        if outer == "record":
            parts.setdefault(outer, {})[own] = f"{target}.{part.name}"
        elif outer == "external_references[]":
            column = value(f"{target}.external_references.id")
            parts["external_references"] = [{"system": "other", "id": column}]
        elif outer not in {"fields", "when"}:
            parts[outer] = value(f"{target}.{outer}")
    return parts


def mapping(system: str, changes: Change) -> dict[str, Any]:
    """The document, with ``changes`` of the values of some columns."""

    def value(column: str) -> Any:
        return {"column": column, **changes[column]} if column in changes else column

    def one(target: str, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: value(f"{target}.{name}") for name in names}

    def fields(target: str) -> dict[str, Any]:
        mine = [c for c in columns() if c.startswith(f"{target}.fields.")]
        return {column.rsplit(".", 1)[1]: value(column) for column in mine}

    customer = {
        **one("customer", ("reference", "department", "owner", "partner_account")),
        "fields": fields("customer"),
        "tags": [value("customer.tags"), "customer.fields.given_name"],
        "contact_points": [
            {
                "kind": kind,
                "value": value(f"customer.contact_points.{kind}.value"),
                "label": value(f"customer.contact_points.{kind}.label"),
            }
            for kind in _SEVERAL["contact_points"]
        ],
        "custom_fields": {name: value(f"customer.custom_fields.{name}") for name in CUSTOM},
        "external_references": [
            {"system": "other", "id": value("customer.external_references.id")}
        ],
        "relationships": [{"type": "WORKS_FOR", "to": "customer.relationships.to"}],
        "consents": [
            {
                name: value(f"customer.consents.{name}")
                for name in (
                    "purpose",
                    "status",
                    "method",
                    "given_at",
                    "withdrawn_at",
                    "expires_at",
                )
            }
        ],
    }
    parted = {
        "member": {**one("member", ("reference", "handle", "role", "department", "manager"))},
        "partner_account": one("partner_account", ("handle", "kind", "name", "customer")),
        "customer": customer,
        "interaction": {
            **one(
                "interaction", ("reference", "customer", "author", "department", "partner_account")
            ),
            "participants": ["interaction.participants"],
        },
        "opportunity": one(
            "opportunity",
            (
                *("reference", "customer", "pipeline", "stage", "owner", "department"),
                "partner_account",
            ),
        ),
    }
    for target in DECLARED:
        parted[target] = _declared_parts(target, value)
    records = [
        {"target": name, "when": value(f"{name}.when"), **parts}
        | ({} if name == "partner_account" else {"fields": fields(name)})
        for name, parts in parted.items()
    ]
    return {
        "system": system,
        "time_zone": "Europe/Berlin",
        "lookups": {
            "table": {"file": "table.csv", "key": "k", "value": "v"},
            "sums": {"file": "table.csv", "key": "k", "sum": ["v"], "decimal": ","},
        },
        "files": [{"file": "all.csv", "garbled": "keep", "records": records}],
    }
