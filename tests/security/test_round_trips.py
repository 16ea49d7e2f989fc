"""Bad input: nothing is stored that the same field would refuse when it is sent back unchanged.

What is created is read, sent back as it was read, and read again: no fault, and the same values. What is
refused is refused with a code and never with INTERNAL.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import Api
from tests.builders import a_customer, the_pipeline

EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Input = dict[str, Any]

_ODD = [
    "",
    " ",
    "\0",
    "\u200b",
    " x ",
    "\ufeffx",
    "O\u2019Brien",
    "\u0645\u064f\u062d\u0645\u062f",
    "a\tb\nc",
    "\u0130",
    "ß" * 200,
]
TEXT = st.one_of(st.sampled_from(_ODD), st.text(max_size=30), st.text(min_size=190, max_size=210))
TEXT = TEXT.filter(lambda text: text.isprintable() or len(text) < 20)
POINTS = {
    "EMAIL": [
        "a@example.com",
        "A+b@Example.COM",
        "anna@firma.local",
        "x@",
        '"a b"@example.com',
        "ä@exämple.de",
    ],
    "PHONE": [
        "030 1234567",
        "+49 30 1234567 ext. 5",
        "110",
        "4,9E+11",
        "+1 (212) 555-0100",
        "abc",
        "٠٣٠١٢٣٤٥٦٧",
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
SHORT = st.text(max_size=5)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "givenName": TEXT,
    "familyName": TEXT,
    "lifecycle": st.sampled_from(["LEAD", "CUSTOMER", "PAST"]),
    "contactPoints": st.lists(POINT, max_size=3),
    "birthDate": st.dates().map(str),
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
                for name, values in (
                    ("rt_text", TEXT),
                    (
                        "rt_number",
                        st.sampled_from(["1E+2", "-0", "0.5", "1_000", "٣", "NaN", " 7 "]),
                    ),
                    ("rt_whole", st.sampled_from(["+5", "007", "1.0", "٣"])),
                    (
                        "rt_day",
                        st.sampled_from(["2024-02-30", "20240229", "9999-12-31", "0001-01-01"]),
                    ),
                    ("rt_time", st.sampled_from(["2026-01-01T00:00Z", "2026-01-01T00:00:00", "x"])),
                    ("rt_flag", st.sampled_from(["true", "TRUE", "1"])),
                )
            )
        ),
        max_size=3,
        unique_by=lambda one: one["name"],
    ),
}
CUSTOMER = st.fixed_dictionaries({}, optional=FIELDS)
SHOWN = """id version kind lifecycle givenName familyName birthDate language timeZone country tags
    location { latitude longitude } externalReferences { system id } customFields { name value }
    contactPoints { kind value label preferred verified }"""
TYPES = {
    "rt_text": "TEXT",
    "rt_number": "DECIMAL",
    "rt_whole": "INTEGER",
    "rt_day": "DATE",
    "rt_time": "DATETIME",
    "rt_flag": "BOOLEAN",
}
REFUSALS = {"INVALID", "FORBIDDEN", "CONFLICT", "SUPPRESSED", "NOT_FOUND"}


@pytest.fixture(scope="module")
async def declaring(api: Api) -> Api:
    for name, type_ in TYPES.items():
        made = await api.mutate("defineCustomField", "", as_="admin", name=name, type=type_)
        assert made["userErrors"] == []
    return api


def refused(payload: dict[str, Any]) -> bool:
    codes = {error["code"] for error in payload["userErrors"]}
    assert codes <= REFUSALS, codes
    return bool(codes)


async def sent(
    api: Api, name: str, selection: str, as_: str = "sales", **given: Any
) -> dict[str, Any] | None:
    """The payload of a mutation; none for an input that no scalar takes."""
    type_ = name[0].upper() + name[1:] + "Input!"
    query = f"mutation($i: {type_}) {{ {name}(input: $i) {{ {selection} userErrors {{ code path }} }} }}"
    answer = await api.ask(query, as_=as_, i=given)
    if "errors" in answer:
        assert {e["extensions"]["code"] for e in answer["errors"]} <= {"BAD_USER_INPUT"}, answer
        return None
    return dict(answer["data"][name])


@EXAMPLES
@given(values=CUSTOMER)
async def test_a_customer_is_sent_back_as_it_was_read(declaring: Api, values: Input) -> None:
    given = {"kind": "PERSON", "familyName": "Kranich", **values}
    made = await sent(declaring, "createCustomer", f"customer {{ {SHOWN} }}", **given)
    if made is None or refused(made):
        return
    read = made["customer"]
    # What sales may not see is null, and may not be written.
    back = {n: v for n, v in read.items() if v is not None and n not in {"version", "kind"}}
    changed = await sent(
        declaring,
        "updateCustomer",
        f"customer {{ {SHOWN} }}",
        expectedVersion=read["version"],
        **back,
    )
    assert changed is not None
    assert changed["userErrors"] == []
    assert changed["customer"] == read


ONE = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), FIELDS[name]))


@settings(EXAMPLES, max_examples=80)
@given(one=ONE)
async def test_each_field_by_itself(declaring: Api, one: tuple[str, Any]) -> None:
    """Beside others that are refused a field would seldom be kept."""
    name, value = one
    made = await sent(
        declaring,
        "createCustomer",
        f"customer {{ {SHOWN} }}",
        **{"kind": "PERSON", "familyName": "Kranich", name: value},
    )
    if made is None or refused(made):
        return
    read = made["customer"]
    back = {"id": read["id"], "expectedVersion": read["version"], name: read[name]}
    changed = await sent(declaring, "updateCustomer", f"customer {{ {SHOWN} }}", **back)
    assert changed is not None
    assert (changed["userErrors"], changed["customer"]) == ([], read)


AMOUNTS = st.sampled_from(
    ["0", "10.5", "0.001", "1.00000", "-1", "1000000000000000", "999999999999999.99"]
)
MONEY = st.fixed_dictionaries(
    {"amount": AMOUNTS, "currency": st.sampled_from(["EUR", "JPY", "KWD", "HRK", "XXX"])}
)
DAYS = st.one_of(st.dates(), st.sampled_from(["9999-12-31", "0001-01-01", "2022-06-01"])).map(str)
DEAL = st.fixed_dictionaries({"title": TEXT}, optional={"value": MONEY, "expectedClose": DAYS})
DEAL_SHOWN = "title value { amount currency } expectedClose"


@pytest.mark.parametrize(
    ("mutation", "field", "as_"),
    [
        ("createOpportunity", "opportunity", "sales"),
        ("registerDeal", "dealRegistration", "partner"),
    ],
)
@EXAMPLES
@given(values=DEAL)
async def test_a_deal_is_made_again_of_what_was_read(
    api: Api, mutation: str, field: str, as_: str, values: Input
) -> None:
    more: Input = {"pipelineId": the_pipeline(api)}
    if mutation == "registerDeal":
        more |= {"kind": "PERSON", "familyName": "Kranich"}
        more["contactPoints"] = [{"kind": "EMAIL", "value": "deal@example.com"}]
    else:
        more["customerId"] = await a_customer(api)
    shown = f"{field} {{ {DEAL_SHOWN} }}"
    made = await sent(api, mutation, shown, as_=as_, **more, **values)
    if made is None or refused(made):
        return
    again = await sent(api, mutation, shown, as_=as_, **more, **made[field])
    assert again is not None
    assert again["userErrors"] == []
    assert again[field] == made[field]


CONTACT = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["EMAIL", "PHONE"]),
        "direction": st.just("INBOUND"),
        "occurredAt": st.one_of(
            st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
            st.sampled_from(
                ["0001-01-01T00:00:00Z", "2026-10-25T02:30:00+02:00", "0001-01-01T00:00:00+14:00"]
            ),
        ),
    },
    optional={
        "subject": TEXT,
        "body": TEXT,
        "durationSeconds": st.sampled_from([0, -1, 1, 604_800, 604_801, 2**31 - 1]),
    },
)
CONTACT_SHOWN = "channel direction occurredAt subject body durationSeconds"


@EXAMPLES
@given(values=CONTACT)
async def test_an_interaction_is_recorded_again_as_it_was_read(api: Api, values: Input) -> None:
    customer = await a_customer(api)
    shown = f"interaction {{ {CONTACT_SHOWN} }}"
    made = await sent(api, "recordInteraction", shown, customerId=customer, **values)
    if made is None or refused(made):
        return
    again = await sent(api, "recordInteraction", shown, customerId=customer, **made["interaction"])
    assert again is not None
    assert (again["userErrors"], again["interaction"]) == ([], made["interaction"])


@pytest.mark.parametrize("day", ["0001-01-01", "1849-12-31", "3000-01-01", "9999-12-31"])
async def test_a_day_that_the_database_takes_for_infinity_is_refused(api: Api, day: str) -> None:
    given = {"customerId": await a_customer(api), "pipelineId": the_pipeline(api), "title": "x"}
    made = await sent(api, "createOpportunity", "opportunity { id }", expectedClose=day, **given)
    assert made is not None
    assert [error["path"] for error in made["userErrors"]] == [["input", "expectedClose"]]
