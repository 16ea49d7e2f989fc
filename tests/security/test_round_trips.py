"""Bad input: nothing is stored that the same field would refuse when it is sent back unchanged.

What is made is read, sent back as it was read, and read again: no fault, and the same values. What is kept
is what was given, but for what nobody sees of it. What is refused is refused with a code, never INTERNAL.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.invisible import without_invisible
from tests.api import Api
from tests.builders import a_customer, the_pipeline
from tests.security.edges.amount import examples
from tests.security.edges.records import CONTACT, CUSTOMER, DEAL, FIELDS, ONLY_OF, Input
from tests.security.edges.strategies import MOMENT, TEXT

pytestmark = pytest.mark.proof

EXAMPLES = examples(40)

SHOWN = """id version kind lifecycle givenName familyName organizationName birthDate nationalId language
    timeZone country tags location { latitude longitude } externalReferences { system id }
    customFields { name value } contactPoints { kind value label preferred verified }"""
REFUSALS = {"INVALID", "FORBIDDEN", "CONFLICT", "SUPPRESSED", "NOT_FOUND", "MASKED_VALUE"}


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


TEXTS = frozenset({"rt_text", "rt_plain", "rt_choice"})
"""Custom fields whose values are kept as they are given; others are kept as filters take them."""


def as_seen(text: str) -> str:
    """What is kept of a text."""
    return without_invisible(text).strip()


def kept(name: str, value: Any) -> Any:
    """What is read of a field that was given, where that is plain to see."""
    match name:
        case "givenName" | "familyName" | "organizationName" | "nationalId":
            return as_seen(value)
        case "tags":
            return sorted({as_seen(tag) for tag in value})
        case "customFields" if TEXTS.issuperset(one["name"] for one in value):
            items = [{"name": one["name"], "value": as_seen(one["value"])} for one in value]
            return sorted(items, key=lambda one: str(one["name"]))
    return value if name == "lifecycle" else None


def assert_kept(given: Input, read: Input) -> None:
    for name, value in given.items():
        expected = kept(name, value)
        assert expected is None or read[name] == expected


@EXAMPLES
@given(customer=CUSTOMER)
async def test_a_customer_is_sent_back_as_it_was_read(
    declaring: Api, customer: tuple[str, Input]
) -> None:
    kind, values = customer
    named = {"organizationName": "Kranich"} if kind == "ORGANIZATION" else {"familyName": "Kranich"}
    begun: Input = {"kind": kind, "givenName": None, "familyName": None, **named}
    id_ = await a_customer(declaring, **begun)
    shown, as_ = f"customer {{ {SHOWN} }}", "compliance"
    made = await sent(declaring, "updateCustomer", shown, as_, id=id_, expectedVersion=1, **values)
    if made is None or refused(made):
        return
    read = made["customer"]
    assert_kept(values, read)
    left = {"version", "kind", *ONLY_OF["PERSON" if kind == "ORGANIZATION" else "ORGANIZATION"]}
    back = {name: value for name, value in read.items() if name not in left}
    changed = await sent(
        declaring, "updateCustomer", shown, as_, expectedVersion=read["version"], **back
    )
    assert changed is not None
    assert changed["userErrors"] == []
    assert changed["customer"] == read


ONE = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), FIELDS[name]))


@examples(80)
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
    assert_kept({name: value}, read)
    back = {"id": read["id"], "expectedVersion": read["version"], name: read[name]}
    changed = await sent(declaring, "updateCustomer", f"customer {{ {SHOWN} }}", **back)
    assert changed is not None
    assert (changed["userErrors"], changed["customer"]) == ([], read)


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
    read = made[field]
    assert read["title"] == as_seen(values["title"])
    if value := values.get("value"):
        assert Decimal(read["value"]["amount"]) == Decimal(value["amount"])
    if day := values.get("expectedClose"):
        assert date.fromisoformat(read["expectedClose"]) == date.fromisoformat(day)
    again = await sent(api, mutation, shown, as_=as_, **more, **read)
    assert again is not None
    assert again["userErrors"] == []
    assert again[field] == made[field]


CONTACT_SHOWN = "channel direction occurredAt subject body durationSeconds"


@EXAMPLES
@given(values=CONTACT)
async def test_an_interaction_is_recorded_again_as_it_was_read(api: Api, values: Input) -> None:
    customer = await a_customer(api)
    shown = f"interaction {{ {CONTACT_SHOWN} }}"
    made = await sent(api, "recordInteraction", shown, customerId=customer, **values)
    if made is None or refused(made):
        return
    read = made["interaction"]
    assert _moment(read["occurredAt"]) == _moment(values["occurredAt"])
    assert (read["subject"] or "") == as_seen(values.get("subject") or "")
    assert (read["body"] or "") == (values.get("body") or "").strip()
    again = await sent(api, "recordInteraction", shown, customerId=customer, **read)
    assert again is not None
    assert (again["userErrors"], again["interaction"]) == ([], read)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@EXAMPLES
@given(method=TEXT, until=st.none() | MOMENT)
async def test_a_consent_is_given_again_as_it_was_read(
    api: Api, method: str, until: str | None
) -> None:
    shown = "consent { purpose method expiresAt }"
    given = {"customerId": await a_customer(api), "purpose": "marketing"}
    made = await sent(api, "grantConsent", shown, **given, method=method, expiresAt=until)
    if made is None or refused(made):
        return
    read = made["consent"]
    assert read["method"] == as_seen(method)
    again = await sent(api, "grantConsent", shown, **{**given, **read})
    assert again is not None
    assert (again["userErrors"], again["consent"]) == ([], read)
