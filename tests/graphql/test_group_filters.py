"""Groups of what a filter finds over relations, groups of nothing, and money beside its currencies."""

from typing import Any

import pytest

from policy.rules import Effect, Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, an_interaction, an_opportunity, another_tenant

WITH_DEALS = """{ customerGroups(by: [], first: 1, filter: {opportunities: {some: {
    amount: {gt: "10"}, stage: {is: {name: {eq: "New"}}}}}}) { groups { count } suppressed } }"""
CALLED = """{ customerGroups(by: [], first: 1, filter: {interactions: {some: {
    outcome: {isNull: true}}}}) { groups { count } suppressed } }"""


async def test_groups_are_filtered_by_related_records(api: Api) -> None:
    other = await another_tenant(api, "filtered-groups")
    for amount in ("5", "20", "30"):
        await an_opportunity(other, await a_customer(other), amount)
    found = await other.data(WITH_DEALS, as_="compliance")
    assert found["customerGroups"] == {"groups": [{"count": 2}], "suppressed": False}


async def test_a_field_that_some_related_records_withhold_suppresses_small_groups(
    api: Api,
) -> None:
    other = await another_tenant(api, "suppressed-by-a-filter")
    where, hidden = "not own_department", ("outcome",)
    await add_rules(
        other,
        Rule("COMPLIANCE:MEMBER", "interaction", "read", "compliance", where, hidden, Effect.DENY),
    )
    await an_interaction(other, await a_customer(other))
    found = await other.data(CALLED, as_="compliance")
    assert found["customerGroups"] == {"groups": [], "suppressed": True}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("first: 1", {"groups": [{"count": 0}], "hasMore": False}),
        ("first: 1, having: {count: {gt: 0}}", {"groups": [], "hasMore": False}),
        ("first: 1, having: {count: {lt: 1}}", {"groups": [{"count": 0}], "hasMore": False}),
        ("first: 1, having: {sum: {durationSeconds: {gte: 0}}}", {"groups": [], "hasMore": False}),
        (
            "first: 1, having: {countDistinct: {channel: {eq: 0}}}",
            {"groups": [{"count": 0}], "hasMore": False},
        ),
        ("first: 0", {"groups": [], "hasMore": True}),
    ],
)
async def test_who_sees_no_record_is_answered_as_if_there_were_none(
    api: Api, arguments: str, expected: dict[str, Any]
) -> None:
    query = f"{{ interactionGroups(by: [], {arguments}) {{ groups {{ count }} hasMore }} }}"
    assert (await api.data(query, as_="finance"))["interactionGroups"] == expected
    assert (await api.data(query, as_="compliance"))["interactionGroups"] == expected


async def test_currencies_are_counted_beside_sums_of_money(api: Api) -> None:
    other = await another_tenant(api, "counted-currencies")
    for currency in ("EUR", "EUR", "USD"):
        await an_opportunity(other, await a_customer(other), "20", currency)
    query = """{ opportunityGroups(by: [], first: 1) { groups {
        countDistinct { currency } sum { value { currency amount } } } } }"""
    (group,) = (await other.data(query, as_="compliance"))["opportunityGroups"]["groups"]
    assert group["countDistinct"] == {"currency": 2}
    assert group["sum"]["value"] == [
        {"currency": "EUR", "amount": "40.0000"},
        {"currency": "USD", "amount": "20.0000"},
    ]
