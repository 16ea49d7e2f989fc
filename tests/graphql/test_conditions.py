"""Conditions at the gate of writing: the old row and the new one, with what is known beside them."""

from typing import Any

import pytest

from domain.settings.tenants import named_id
from domain.tables import departments, members
from policy.rules import Rule
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    a_stage,
    add_rules,
    an_opportunity,
    as_service,
    put,
)

NAMES = ("given_name", "family_name", "organization_name")
MOVED = (*NAMES, "country", "department", "owner")
BERLIN, HAMBURG = ({"latitude": 52.52, "longitude": 13.405}, {"latitude": 53.55, "longitude": 9.99})


@pytest.fixture(scope="module", autouse=True)
async def rules(api: Api) -> None:
    """What each department's members may change, for the purposes that their tokens name."""
    deal, near = ("stage", "lost_reason"), "radius(52.5 13.4 50)"
    await add_rules(
        api,
        Rule("SUPPORT:MEMBER", "customer", "update", "support", "departments_below_mine", MOVED),
        Rule("FINANCE:MEMBER", "customer", "update", "billing", "territory(DACH)", MOVED),
        Rule("FINANCE:MEMBER", "opportunity", "update", "billing", "value_up_to(100 EUR)", deal),
        Rule("COMPLIANCE:MEMBER", "opportunity", "update", "compliance", "not stage(New)", deal),
        Rule("MARKETING:MEMBER", "customer", "update", "marketing", "consent_in_force", NAMES),
        Rule("ADMIN", "customer", "update", "administration", "my_team", ("lifecycle", "owner")),
        Rule("ADMIN", "customer", "update", "administration", near, (*NAMES, "location")),
        Rule("ADMIN", "opportunity", "update", "administration", near, deal),
    )


async def changed(api: Api, customer: str, as_: str, **values: Any) -> str | None:
    """The code of what was wrong, if anything was."""
    read = "query($id: ID!) { node(id: $id) { ... on Customer { version } } }"
    node = (await api.data(read, as_="compliance", id=customer))["node"]
    payload = await api.mutate(
        "updateCustomer",
        "customer { id }",
        as_=as_,
        id=customer,
        expectedVersion=node["version"],
        **values,
    )
    return next((error["code"] for error in payload["userErrors"]), None)


async def advanced(
    api: Api, deal: str, as_: str, stage: str, version: int = 1, **values: Any
) -> str | None:
    payload = await api.mutate(
        "advanceOpportunity",
        "opportunity { id }",
        as_=as_,
        id=deal,
        stageId=a_stage(api, stage),
        expectedVersion=version,
        **values,
    )
    return next((error["code"] for error in payload["userErrors"]), None)


async def a_team(api: Api) -> None:
    """Support stands above Finance, and Finance above Marketing; the admin leads whoever leads sales."""
    above = {"FINANCE": "SUPPORT", "MARKETING": "FINANCE"}
    for code, parent in above.items():
        await put(
            api, departments, a_department(api, code), parent_id=a_department(api, parent)[4:]
        )
    for handle, manager in {"manager": "admin", "sales": "manager"}.items():
        await put(
            api,
            members,
            f"mem_{named_id(api.tenant, 'member', handle)}",
            manager_id=named_id(api.tenant, "member", manager),
        )


async def test_a_department_far_below_is_mine_and_the_one_above_is_not(api: Api) -> None:
    await a_team(api)
    below = await a_customer(api, departmentId=a_department(api, "MARKETING"))
    beside = await a_customer(api, departmentId=a_department(api, "SALES"))
    assert await changed(api, below, "support", familyName="Byron") is None
    assert await changed(api, beside, "support", familyName="Byron") == "FORBIDDEN"


async def test_no_row_is_moved_to_where_it_could_not_be_changed(api: Api) -> None:
    await a_team(api)
    below = await a_customer(api, departmentId=a_department(api, "FINANCE"))
    sales, support = a_department(api, "SALES"), a_department(api, "SUPPORT")
    assert await changed(api, below, "support", departmentId=sales) == "FORBIDDEN"
    assert await changed(api, below, "support", departmentId=support) is None


async def test_a_report_of_a_report_is_in_the_team(api: Api) -> None:
    await a_team(api)
    customer = await a_customer(api, as_="sales")
    other = await a_customer(api, ownerId=f"mem_{named_id(api.tenant, 'member', 'finance')}")
    assert await changed(api, customer, "admin", lifecycle="CUSTOMER") is None
    assert await changed(api, other, "admin", lifecycle="CUSTOMER") == "FORBIDDEN"


async def test_a_customer_outside_the_territory_is_neither_changed_nor_moved_in(api: Api) -> None:
    here, there, nowhere = [
        await a_customer(api, country=country) for country in ("AT", "FR", None)
    ]
    assert await changed(api, here, "finance", familyName="Byron") is None
    assert await changed(api, here, "finance", country="CH") is None
    assert await changed(api, here, "finance", country="FR") == "FORBIDDEN"
    assert await changed(api, there, "finance", country="DE") == "FORBIDDEN"
    assert await changed(api, nowhere, "finance", familyName="Byron") == "FORBIDDEN"


async def test_a_customer_outside_the_radius_is_neither_changed_nor_moved_in(api: Api) -> None:
    here, there, nowhere = [
        await a_customer(api, location=place) for place in (BERLIN, HAMBURG, None)
    ]
    potsdam = {"latitude": 52.4, "longitude": 13.06}
    assert await changed(api, here, "admin", familyName="Byron") is None
    assert await changed(api, here, "admin", location=potsdam) is None
    assert await changed(api, here, "admin", location=HAMBURG) == "FORBIDDEN"
    assert await changed(api, here, "admin", location=None) is None  # As they see it: it stays.
    assert await changed(api, here, "admin", familyName="King") is None
    assert await changed(api, there, "admin", location=BERLIN) == "FORBIDDEN"
    assert await changed(api, nowhere, "admin", familyName="Byron") == "FORBIDDEN"


async def test_what_belongs_to_a_customer_is_within_the_radius_as_they_are(api: Api) -> None:
    here, there = [await a_customer(api, location=place) for place in (BERLIN, HAMBURG)]
    for customer, expected in ((here, None), (there, "FORBIDDEN")):
        deal = await an_opportunity(api, customer, "1000", "EUR")
        assert await advanced(api, deal, "admin", "Qualified") == expected


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("100", "EUR", None),
        ("100.01", "EUR", "FORBIDDEN"),
        ("1", "USD", "FORBIDDEN"),
        (None, "", "FORBIDDEN"),
    ],
)
async def test_a_deal_is_advanced_up_to_a_value(
    api: Api, amount: str | None, currency: str, code: str | None
) -> None:
    deal = await an_opportunity(api, await a_customer(api), amount, currency)
    assert await advanced(api, deal, "finance", "Qualified") == code


async def test_a_deal_at_a_stage_is_left_alone(api: Api) -> None:
    deal = await an_opportunity(api, await a_customer(api))
    assert await advanced(api, deal, "compliance", "Qualified") == "FORBIDDEN"
    assert await advanced(api, deal, "sales", "Qualified") is None
    assert await advanced(api, deal, "compliance", "Lost", 2, lostReason="too dear") is None


async def test_only_who_consented_is_changed_for_a_purpose_that_asks_for_it(api: Api) -> None:
    customer = await a_customer(api)
    assert await changed(api, customer, "marketing", familyName="Byron") == "FORBIDDEN"
    await a_consent(api, customer)
    assert await changed(api, customer, "marketing", familyName="Byron") is None


async def test_the_rules_that_a_tenant_begins_with_ask_for_nothing_beside_a_row(api: Api) -> None:
    async with as_service(api) as work:
        assert work.attributes.needs == set()
