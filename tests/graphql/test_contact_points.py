"""Who is calling: contacts by a telephone number or an e-mail address."""

from typing import Any

import pytest

from domain.tables import interactions
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import a_consent, a_customer, a_department, an_interaction, put
from tests.statements import counted

QUERY = """query($phone: String, $email: String, $first: Int, $after: String) {
    interactionsByContactPoint(phone: $phone, email: $email, first: $first, after: $after) { totalCount
      pageInfo { hasNextPage endCursor } nodes { id body customer { id } redactions { field } } } }"""
UNKNOWN = "+49 30 99999999"


async def found(api: Api, as_: str, **given: Any) -> dict[str, Any]:
    given = {"first": 10, **given}
    data = await api.data(QUERY, as_=as_, **given)
    assert_as_graphql_has_it(QUERY, data, given)
    return dict(data["interactionsByContactPoint"])


def ids(page: dict[str, Any]) -> list[str]:
    return [node["id"] for node in page["nodes"]]


async def a_caller(api: Api, phone: str, **values: Any) -> tuple[str, list[str]]:
    """A customer with a number and an address of their own, and their contacts, the latest first."""
    email = {"kind": "EMAIL", "value": f"x{phone[-6:]}@example.com"}
    points = [{"kind": "PHONE", "value": phone}, email]
    customer = await a_customer(api, contactPoints=points, **values)
    made = [
        await an_interaction(api, customer, occurredAt=f"2026-01-0{day}T00:00:00Z")
        for day in (1, 2, 3)
    ]
    return customer, made[::-1]


async def test_a_number_finds_the_contacts_of_whoever_has_it(api: Api) -> None:
    customer, made = await a_caller(api, "+49 30 1000001")
    for spelling in ("+49 30 1000001", "030 1000001", "+49(30)1000-001", "0049301000001"):
        page = await found(api, "sales", phone=spelling)
        assert ids(page) == made
        assert {node["customer"]["id"] for node in page["nodes"]} == {customer}
    assert ids(await found(api, "support", email="X000001@Example.com ")) == made
    first = await found(api, "sales", phone="030 1000001", first=2)
    assert (ids(first), first["totalCount"]) == (made[:2], 3)
    cursor = first["pageInfo"]["endCursor"]
    assert ids(await found(api, "sales", phone="030 1000001", after=cursor)) == made[2:]


async def test_a_shared_number_finds_the_contacts_of_all_who_have_it(api: Api) -> None:
    one = await a_caller(api, "+49 30 1000002")
    other = await a_caller(api, "+49 30 1000002", givenName="Grace")
    assert set(ids(await found(api, "sales", phone="030 1000002"))) == {*one[1], *other[1]}


async def test_it_takes_as_many_statements_for_an_unknown_number(api: Api) -> None:
    await a_caller(api, "+49 30 1000003")
    counts = []
    for phone in ("+49 30 1000003", UNKNOWN):
        with counted() as statements:
            await api.data("query($p: String) { interactionsByContactPoint(phone: $p, first: 1) {"
                           " totalCount } }", as_="sales", p=phone)  # fmt: skip
        counts.append(len(statements))
    assert counts == [3, 3]


@pytest.mark.parametrize(
    "as_", ["sales", "marketing", "finance", "admin", "partner", "rival", "supplier"]
)
async def test_forbidden_and_unknown_are_the_same_answer(api: Api, as_: str) -> None:
    """A number that is masked for the caller, or not for the purpose, or of nobody the caller sees."""
    support = a_department(api, "SUPPORT")
    number = f"+49 30 20{sum(map(ord, as_)):05}"
    await a_caller(api, number, departmentId=support, partner="partner")
    unknown = await found(api, as_, phone=UNKNOWN)
    assert unknown == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "nodes": [],
    }
    assert await found(api, as_, phone=number) == unknown
    assert len(ids(await found(api, "support", phone=number))) == 3


async def test_an_address_is_found_with_the_consent_that_it_needs(api: Api) -> None:
    customer, made = await a_caller(api, "+49 30 1000004")
    assert ids(await found(api, "marketing", email="x000004@example.com")) == []
    await a_consent(api, customer)
    assert ids(await found(api, "marketing", email="x000004@example.com")) == made


async def test_a_partner_sees_its_own_contacts_of_its_own_customers(api: Api) -> None:
    customer, _ = await a_caller(api, "+49 30 1000005", partner="partner")
    own = await an_interaction(api, customer, as_="partner")
    assert ids(await found(api, "partner", email="x000005@example.com")) == [own]
    assert ids(await found(api, "rival", email="x000005@example.com")) == []


async def test_a_body_stays_masked(api: Api) -> None:
    _, made = await a_caller(api, "+49 30 1000006")
    await put(api, interactions, made[0], department_id=a_department(api, "SUPPORT")[4:])
    page = await found(api, "sales", phone="030 1000006", first=1)
    assert page["nodes"][0]["body"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "phone"),
        ({"phone": "030 1000001", "email": "a@example.com"}, "phone"),
        ({"phone": "nonsense"}, "phone"),
        ({"email": "nonsense"}, "email"),
        ({"phone": "1" * 300}, "phone"),
        ({"phone": "\0"}, "phone"),
    ],
)
async def test_one_number_or_address_is_given(api: Api, given: dict[str, str], field: str) -> None:
    answer = await api.ask(QUERY, as_="sales", first=1, **given)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "fields": [field]}
    assert "nonsense" not in str(answer["errors"])
